package dev.e2ee.internal.primitive.curve;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.EcdsaForm;
import dev.e2ee.spi.internal.curve.JcaKeys;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.internal.curve.Verifier;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code Signature} {@code SHA256withECDSA} (DER), {@code SHA256withECDSAinP1363Format} (64 bytes)
 * and {@code Ed25519} (64 bytes). Each signature has one encoding; public keys are checked. ECDSA
 * signatures come in pairs, with s and with the order less s, and both are valid.
 */
public final class CurveSignature extends SignatureSpi {
  private final Engine engine;
  private final Curve curve;
  private final boolean der;
  private Phase phase = new Uninitialised();

  /** What {@code init} set up. */
  private sealed interface Phase {}

  private record Uninitialised() implements Phase {}

  /** Signs by the engine's object; it has none between two messages. */
  private record Signing(SecretBytes key, @Nullable Signature running) implements Phase {}

  /** Verifies; has no verifier between two messages. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Verifying(byte[] key, @Nullable Verifier running) implements Phase {}

  /** Verifies nothing: the key is one of the curve by its name, and not valid. */
  private record Refusing(InvalidKeyException why) implements Phase {}

  /** For the service table. */
  public static CurveSignature ecdsaInDer(Engine engine) {
    return new CurveSignature(engine, Curve.P256, true);
  }

  /** For the service table. */
  public static CurveSignature ecdsaInP1363(Engine engine) {
    return new CurveSignature(engine, Curve.P256, false);
  }

  /** For the service table. */
  public static CurveSignature ed25519(Engine engine) {
    return new CurveSignature(engine, Curve.ED25519, false);
  }

  private CurveSignature(Engine engine, Curve curve, boolean der) {
    this.engine = engine;
    this.curve = curve;
    this.der = der;
  }

  /**
   * A key that names the curve and is not valid is refused by {@code verify}: refused here, JCA
   * would hand it to the next provider, which may take it.
   */
  @Override
  protected void engineInitVerify(@Nullable PublicKey key) throws InvalidKeyException {
    leave();
    byte[] raw;
    try {
      raw = JcaKeys.publicKey(curve, key);
    } catch (InvalidKeyException e) {
      if (!JcaKeys.namesCurve(curve, key)) {
        throw e;
      }
      phase = new Refusing(e);
      return;
    }
    phase = new Verifying(raw, new Verifier(engine, curve, raw));
  }

  @Override
  protected void engineInitSign(@Nullable PrivateKey key) throws InvalidKeyException {
    leave();
    SecretBytes secret = JcaKeys.privateKey(curve, key);
    phase = new Signing(secret, Signatures.signer(engine, curve, secret));
  }

  private void leave() {
    if (phase instanceof Signing signing) {
      signing.key.close();
    }
    phase = new Uninitialised();
  }

  @Override
  protected void engineUpdate(byte in) {
    engineUpdate(new byte[] {in}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] in, int offset, int length) {
    if (phase instanceof Signing signing) {
      Signature signer = running(signing);
      try {
        signer.update(in, offset, length);
      } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
        throw failed(signer, e);
      }
    } else if (phase instanceof Verifying verifying) {
      running(verifying).update(in, offset, length);
    } else if (phase instanceof Uninitialised) {
      throw new IllegalStateException("call initSign or initVerify first");
    }
  }

  private Signature running(Signing signing) {
    Signature running =
        signing.running == null ? Signatures.signer(engine, curve, signing.key) : signing.running;
    phase = new Signing(signing.key, running);
    return running;
  }

  private Verifier running(Verifying verifying) {
    Verifier running =
        verifying.running == null ? new Verifier(engine, curve, verifying.key) : verifying.running;
    phase = new Verifying(verifying.key, running);
    return running;
  }

  private static ProviderException failed(Signature signer, Throwable cause) {
    return new ProviderException(signer.getProvider() + " cannot sign", cause);
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    if (!(phase instanceof Signing signing)) {
      throw new SignatureException("call initSign first");
    }
    Signature signer = running(signing);
    phase = new Signing(signing.key, null);
    byte[] made;
    try {
      made = signer.sign();
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw failed(signer, e);
    }
    if (curve == Curve.ED25519) {
      return made;
    }
    byte[] p1363 = EcdsaForm.toP1363(made);
    return der ? EcdsaForm.toDer(p1363) : p1363;
  }

  /**
   * Whether the signature is the key owner's on what was given.
   *
   * @throws SignatureException for bytes that are not DER of two numbers in range, and where the
   *     key is not valid
   */
  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    if (phase instanceof Refusing refusing) {
      throw new SignatureException(
          "the key is not valid: " + refusing.why.getMessage(), refusing.why);
    }
    if (!(phase instanceof Verifying verifying)) {
      throw new SignatureException("call initVerify first");
    }
    Verifier verifier = running(verifying);
    phase = new Verifying(verifying.key, null);
    return verifier.verify(der ? EcdsaForm.toP1363(signature) : signature);
  }

  /** These signatures have none; null is what some callers set. */
  @Override
  protected void engineSetParameter(@Nullable AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (spec != null) {
      throw new InvalidAlgorithmParameterException("these signatures have no parameters");
    }
  }

  @Override
  protected java.security.@Nullable AlgorithmParameters engineGetParameters() {
    return null;
  }

  @Override
  @Deprecated
  protected void engineSetParameter(String name, Object value) {
    throw new InvalidParameterException("these signatures have no parameters");
  }

  @Override
  @Deprecated
  protected Object engineGetParameter(String name) {
    throw new InvalidParameterException("these signatures have no parameters");
  }
}
