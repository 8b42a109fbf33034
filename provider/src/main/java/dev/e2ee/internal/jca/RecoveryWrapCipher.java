package dev.e2ee.internal.jca;

import dev.e2ee.argon2.InsufficientMemoryException;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.recovery.RecoveryWrapMessage;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.recovery.MalformedRecoveryWrapException;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.recovery.RecoveryWrap;
import dev.e2ee.recovery.RecoveryWrapParameterSpec;
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
 * {@code Cipher} {@code E2EE-RecoveryWrap}: wraps a UMK under a {@link RecoveryCode}, and unwraps
 * it. What it does is {@link RecoveryWrap}'s.
 */
public final class RecoveryWrapCipher extends KeyWrapCipher {
  private static final String NAME = "E2EE-RecoveryWrap";

  private record Session(RecoveryCode code, RecoveryWrapParameterSpec spec) {}

  private final Home home;
  private @Nullable Session session;

  /** For the service table. */
  public RecoveryWrapCipher(Home home) {
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
          NAME + " needs a RecoveryWrapParameterSpec: it says whose UMK it is");
    }
    RecoveryWrapParameterSpec given = Parameters.require(RecoveryWrapParameterSpec.class, spec);
    if (!(key instanceof RecoveryCode code)) {
      throw new InvalidKeyException(
          NAME + " needs a RecoveryCode, not " + (key == null ? "null" : key.getClass().getName()));
    }
    if (code.isDestroyed()) {
      throw new InvalidKeyException("the recovery code was closed; type it again");
    }
    session = new Session(code, given);
  }

  @Override
  AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    return Parameters.specOf(RecoveryWrapParameterSpec.class, parameters);
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return session == null ? null : Parameters.of(home.provider(), NAME, session.spec);
  }

  private RecoveryWrap wraps(Session s) {
    return RecoveryWrap.of(s.spec.userId(), (E2eeProvider) home.provider());
  }

  @Override
  protected byte[] engineWrap(Key key) throws InvalidKeyException {
    Session s = initialised(session);
    try (UserMasterKey umk = MasterKey.copyOf(key)) {
      return wraps(s).wrap(umk, s.code, s.spec.issue(), s.spec.cost());
    } catch (InsufficientMemoryException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    Session s = initialised(session);
    if (type != Cipher.SECRET_KEY || !algorithm.equals("E2EE-UMK")) {
      throw new NoSuchAlgorithmException(NAME + " holds a SECRET_KEY for E2EE-UMK, nothing else");
    }
    try {
      return wraps(s).unwrap(wrapped, s.code, s.spec.issue());
    } catch (MalformedRecoveryWrapException | AEADBadTagException | InsufficientMemoryException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return RecoveryWrapMessage.LENGTH;
  }
}
