package dev.e2ee.internal.jca;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePrivateKey;
import dev.e2ee.device.DevicePublicKey;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceWrap;
import dev.e2ee.device.DeviceWrapParameterSpec;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.device.DeviceWrapMessage;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.NotApprovedException;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code E2EE-DeviceWrap}: wraps a UMK for a device, signed by another one, and
 * unwraps it there. What it does is {@link DeviceWrap}'s.
 */
public final class DeviceWrapCipher
    extends KeyWrapCipher<DeviceWrapParameterSpec, DeviceWrapCipher.Session> {
  private static final String NAME = "E2EE-DeviceWrap";

  /** Of one of the two: whom to wrap for and who signs, or who unwraps. */
  sealed interface Session {}

  private record Wrapping(
      DevicePublicKeys target, DeviceIdentity signer, DeviceWrapParameterSpec spec)
      implements Session {}

  private record Unwrapping(DeviceIdentity own, DeviceWrapParameterSpec spec) implements Session {}

  /** For the service table. */
  public DeviceWrapCipher() {
    super(NAME, DeviceWrapParameterSpec.class);
  }

  @Override
  Session begin(boolean wrapping, @Nullable Key key, DeviceWrapParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    return wrapping ? wrapping(key, spec) : unwrapping(key, spec);
  }

  @Override
  void end(Session ended) {}

  private static Session wrapping(@Nullable Key key, DeviceWrapParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (!(key instanceof DevicePublicKey target)) {
      throw new InvalidKeyException(
          "wrapping needs the target's DevicePublicKeys.publicKey(), not " + nameOf(key));
    }
    DeviceIdentity signer =
        spec.signer()
            .orElseThrow(
                () ->
                    new InvalidAlgorithmParameterException(
                        "wrapping needs an approver that signs:"
                            + " DeviceWrapParameterSpec.signedBy(identity, userId)"));
    return new Wrapping(target.device(), signer, spec);
  }

  private static Session unwrapping(@Nullable Key key, DeviceWrapParameterSpec spec)
      throws InvalidKeyException {
    if (!(key instanceof DevicePrivateKey own)) {
      throw new InvalidKeyException(
          "unwrapping needs this device's DeviceIdentity.privateKey(), not " + nameOf(key));
    }
    if (own.isDestroyed()) {
      throw new InvalidKeyException("this device's identity was closed; load it anew");
    }
    return new Unwrapping(own.identity(), spec);
  }

  /**
   * Never: parameters lie beside what they are for, and whoever can change both would name an
   * approver of its own.
   */
  @Override
  protected AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    // [device-8]
    throw new InvalidAlgorithmParameterException(
        "the approver comes from a pin: give a DeviceWrapParameterSpec.from(approver, userId)");
  }

  /** Always null: who answers for the wrap is not to be taken from what lies beside it. */
  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return null;
  }

  @Override
  protected byte[] engineWrap(Key key) throws InvalidKeyException {
    if (!(session() instanceof Wrapping s)) {
      throw new IllegalStateException("this cipher was initialised for unwrapping");
    }
    try (UserMasterKey umk = MasterKey.copyOf(key)) {
      return DeviceWrap.wrap(umk, s.spec.userId(), s.target, s.signer);
    } catch (NotApprovedException e) {
      throw Refusals.key(e);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    if (!(session() instanceof Unwrapping s)) {
      throw new IllegalStateException("this cipher was initialised for wrapping");
    }
    requireSecretKey(algorithm, type, "E2EE-UMK");
    try {
      return DeviceWrap.unwrap(
          wrapped, s.spec.userId(), s.own, s.spec.approver(), s.spec.minimumGeneration());
    } catch (MalformedMessageException | AEADBadTagException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    } catch (NotApprovedException e) {
      throw Refusals.key(e);
    }
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return session() instanceof Wrapping s
        ? DeviceWrapMessage.length(s.target.agreementAlgorithm())
        : 32;
  }
}
