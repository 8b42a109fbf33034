package dev.e2ee.internal.device;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.format.ContextFields;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.hpke.AgreementKey;
import dev.e2ee.internal.hpke.Hpke;
import dev.e2ee.internal.hpke.HpkeContext;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * The device wrap of {@code testvectors/spec/device.md}, section 3: stateless, reads like its
 * specification.
 */
public final class DeviceWrapCore {
  /** The one message for everything that is not authentic. */
  public static final String NOT_AUTHENTIC =
      "the device wrap is not authentic: altered, or of another user, device or approver";

  private final Engine engine;
  private final byte[] userContext;
  private final String userId;

  /**
   * For one user.
   *
   * @throws IllegalArgumentException for an id that is empty, too long, or has a lone surrogate
   */
  public DeviceWrapCore(Engine engine, String userId) {
    this.engine = engine;
    this.userId = Identifier.check("user id", userId);
    this.userContext = ContextFields.ofUser(userId);
  }

  /** umkCommit: 32 bytes that tell one UMK of this user from all others, and nothing of it. */
  public byte[] commitment(SecretBytes umk) {
    byte[] info = new Bound("e2ee-umk-commit-v1").lp(userContext).bytes();
    return Hkdf.expand(engine, umk, info, DeviceWrapMessage.COMMITMENT);
  }

  /**
   * Wraps a UMK of 32 bytes for a device.
   *
   * @param approver the public keys that belong to the signer
   */
  public byte[] wrap(
      SecretBytes umk,
      KeyId keyId,
      int generation,
      DevicePublicKeys target,
      DevicePublicKeys approver,
      SigningKey signer) {
    // [device-12]
    try (CurveKeyPair ephemeral =
        CurveKeyPair.generate(engine, DeviceCurves.of(target.agreementAlgorithm()))) {
      return wrapWithEphemeral(ephemeral, umk, keyId, generation, target, approver, signer);
    }
  }

  /** The same with a given ephemeral key, which must be for this one wrap only. For vectors. */
  public byte[] wrapWithEphemeral(
      CurveKeyPair ephemeral,
      SecretBytes umk,
      KeyId keyId,
      int generation,
      DevicePublicKeys target,
      DevicePublicKeys approver,
      SigningKey signer) {
    byte[] head =
        DeviceWrapMessage.head(
            target.agreementAlgorithm(), approver.signingAlgorithm(), generation, keyId);
    byte[] commitment = commitment(umk);
    byte[] plain = umk.copy();
    try (Hpke.Sender sender =
        hpke(target)
            .setupSenderWithEphemeral(ephemeral, target.agreementKey(), info(target, approver))) {
      byte[] sealed = sender.context().seal(aad(target, commitment, head), plain);
      byte[] unsigned =
          ByteBuffer.allocate(head.length + sender.enc().length + sealed.length + commitment.length)
              .put(head)
              .put(sender.enc())
              .put(sealed)
              .put(commitment)
              .array();
      byte[] signature = signer.sign(signed(target, approver, unsigned));
      byte[] wrap = Arrays.copyOf(unsigned, unsigned.length + signature.length);
      System.arraycopy(signature, 0, wrap, unsigned.length, signature.length);
      return wrap;
    } catch (InvalidKeyException e) {
      throw new ProviderException("a key that was checked before is not valid", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
      engine.wipe();
    }
  }

  /**
   * Unwraps a UMK, 32 bytes, which the caller closes.
   *
   * @param own the private key of the target
   * @param target the public keys that belong to it
   * @param approver pinned
   * @throws AEADBadTagException when it is not authentic
   */
  public SecretBytes unwrap(
      DeviceWrapMessage wrap, AgreementKey own, DevicePublicKeys target, DevicePublicKeys approver)
      throws AEADBadTagException {
    // [device-11]
    try {
      return verified(wrap, own, target, approver);
    } catch (AEADBadTagException | InvalidKeyException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    } finally {
      engine.wipe();
    }
  }

  private SecretBytes verified(
      DeviceWrapMessage wrap, AgreementKey own, DevicePublicKeys target, DevicePublicKeys approver)
      throws AEADBadTagException, InvalidKeyException {
    // [device-7]
    if (wrap.agreement() != target.agreementAlgorithm()
        || wrap.signing() != approver.signingAlgorithm()) {
      throw new AEADBadTagException("other algorithms");
    }
    // [device-5] [device-8] [device-9]
    if (!Signatures.verify(
        engine,
        DeviceCurves.of(approver.signingAlgorithm()),
        approver.signingKey(),
        signed(target, approver, wrap.beforeSignature()),
        wrap.signature())) {
      throw new AEADBadTagException("another signature");
    }
    byte[] commitment = wrap.commitment();
    SecretBytes umk;
    try (HpkeContext context =
        hpke(target).setupRecipient(wrap.enc(), own, info(target, approver))) {
      umk = SecretBytes.adopt(context.open(aad(target, commitment, wrap.head()), wrap.sealedUmk()));
    }
    // [device-10]
    if (!MessageDigest.isEqual(commitment, commitment(umk))) {
      umk.close();
      throw new AEADBadTagException("another commitment");
    }
    return umk;
  }

  private Hpke hpke(DevicePublicKeys target) {
    return new Hpke(engine, Kem.of(DeviceCurves.of(target.agreementAlgorithm())));
  }

  private byte[] deviceContext(DevicePublicKeys target) {
    return ContextFields.ofDevice(userId, target.deviceId());
  }

  private byte[] info(DevicePublicKeys target, DevicePublicKeys approver) {
    return new Bound("e2ee-device-wrap-v1").lp(deviceContext(target)).lp(approver.encode()).bytes();
  }

  private static byte[] aad(DevicePublicKeys target, byte[] commitment, byte[] head) {
    return new Bound("pia-umk-wrap-v1:" + target.deviceId()).raw(commitment).raw(head).bytes();
  }

  private byte[] signed(DevicePublicKeys target, DevicePublicKeys approver, byte[] unsigned) {
    return new Bound("e2ee-device-wrap-sign-v1")
        .lp(deviceContext(target))
        .lp(approver.encode())
        .lp(target.encode())
        .lp(unsigned)
        .bytes();
  }
}
