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
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code E2EE-DeviceWrap}: wraps a UMK for a device, signed by another one, and
 * unwraps it there. What it does is {@link DeviceWrap}'s.
 */
public final class DeviceWrapCipher extends KeyWrapCipher {
  private static final String NAME = "E2EE-DeviceWrap";

  /** Of one of the two: whom to wrap for and who signs, or who unwraps. */
  private sealed interface Session {
    DeviceWrapParameterSpec spec();
  }

  private record Wrapping(
      DevicePublicKeys target, DeviceIdentity signer, DeviceWrapParameterSpec spec)
      implements Session {}

  private record Unwrapping(DeviceIdentity own, DeviceWrapParameterSpec spec) implements Session {}

  private final Home home;
  private @Nullable Session session;

  /** For the service table. */
  public DeviceWrapCipher(Home home) {
    super(NAME);
    this.home = home;
  }

  @Override
  void init(int mode, Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    session = null;
    if (mode != Cipher.WRAP_MODE && mode != Cipher.UNWRAP_MODE) {
      throw new UnsupportedOperationException(misuse());
    }
    if (spec == null) {
      throw new InvalidAlgorithmParameterException(
          NAME
              + " needs a DeviceWrapParameterSpec: it says whose UMK it is and who answers for it");
    }
    DeviceWrapParameterSpec given = Parameters.require(DeviceWrapParameterSpec.class, spec);
    session = mode == Cipher.WRAP_MODE ? wrapping(key, given) : unwrapping(key, given);
  }

  private static Session wrapping(Key key, DeviceWrapParameterSpec spec)
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

  private static Session unwrapping(Key key, DeviceWrapParameterSpec spec)
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

  private static String nameOf(@Nullable Key key) {
    return key == null ? "null" : key.getClass().getName();
  }

  @Override
  AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    return Parameters.specOf(DeviceWrapParameterSpec.class, parameters);
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return session == null ? null : Parameters.of(home.provider(), NAME, session.spec());
  }

  @Override
  protected byte[] engineWrap(Key key) throws InvalidKeyException {
    if (!(initialised(session) instanceof Wrapping s)) {
      throw new IllegalStateException("this cipher was initialised for unwrapping");
    }
    try (UserMasterKey umk = MasterKey.copyOf(key)) {
      return DeviceWrap.wrap(umk, s.spec.userId(), s.target, s.signer);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    if (!(initialised(session) instanceof Unwrapping s)) {
      throw new IllegalStateException("this cipher was initialised for wrapping");
    }
    if (type != Cipher.SECRET_KEY || !algorithm.equals("E2EE-UMK")) {
      throw new NoSuchAlgorithmException(NAME + " holds a SECRET_KEY for E2EE-UMK, nothing else");
    }
    try {
      return DeviceWrap.unwrap(wrapped, s.spec.userId(), s.own, s.spec.approver());
    } catch (MalformedMessageException | AEADBadTagException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return initialised(session) instanceof Wrapping s
        ? DeviceWrapMessage.length(s.target.agreementAlgorithm())
        : 32;
  }
}
