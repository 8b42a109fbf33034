package dev.e2ee.internal.jca;

import dev.e2ee.argon2.InsufficientMemoryException;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.recovery.RecoveryCore;
import dev.e2ee.internal.recovery.RecoveryWrapMessage;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.recovery.MalformedRecoveryWrapException;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.recovery.RecoveryWrap;
import dev.e2ee.recovery.RecoveryWrapParameterSpec;
import dev.e2ee.spi.NotApprovedException;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code E2EE-RecoveryWrap}: wraps a UMK under a {@link RecoveryCode}, and unwraps
 * it. What it does is {@link RecoveryWrap}'s. In the FIPS profile it wraps only without a cost, and
 * unwraps only what was wrapped so; the cost that a reader's parameters name counts nowhere.
 */
public final class RecoveryWrapCipher
    extends KeyWrapCipher<RecoveryWrapParameterSpec, RecoveryWrapCipher.Session> {
  private static final String NAME = "E2EE-RecoveryWrap";

  /** A code, and what it is for. */
  record Session(RecoveryCode code, RecoveryWrapParameterSpec spec) {}

  private final Home home;

  /** For the service table. */
  public RecoveryWrapCipher(Home home) {
    super(NAME, RecoveryWrapParameterSpec.class);
    this.home = home;
  }

  @Override
  Session begin(boolean wrapping, @Nullable Key key, RecoveryWrapParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (!(key instanceof RecoveryCode code)) {
      throw new InvalidKeyException(NAME + " needs a RecoveryCode, not " + nameOf(key));
    }
    if (code.isDestroyed()) {
      throw new InvalidKeyException("the recovery code was closed; type it again");
    }
    if (wrapping) {
      try {
        RecoveryCore.requireApproved(home.engine(), spec.cost());
      } catch (NotApprovedException e) {
        throw new InvalidAlgorithmParameterException(e.getMessage(), e);
      }
    }
    return new Session(code, spec);
  }

  @Override
  void end(Session ended) {}

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return isInitialised() ? Parameters.of(home.provider(), NAME, session().spec) : null;
  }

  private RecoveryWrap wraps(Session s) {
    return RecoveryWrap.of(s.spec.userId(), (E2eeProvider) home.provider());
  }

  @Override
  protected byte[] engineWrap(Key key) throws InvalidKeyException {
    Session s = session();
    try (UserMasterKey umk = MasterKey.copyOf(key)) {
      RecoveryWrap wraps = wraps(s);
      int issue = s.spec.issue();
      return s.spec.cost().isPresent()
          ? wraps.wrap(umk, s.code, issue, s.spec.cost().get())
          : wraps.wrapWithoutCost(umk, s.code, issue);
    } catch (InsufficientMemoryException | NotApprovedException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    Session s = session();
    requireSecretKey(algorithm, type, "E2EE-UMK");
    try {
      return wraps(s).unwrap(wrapped, s.code, s.spec.issue());
    } catch (MalformedRecoveryWrapException
        | AEADBadTagException
        | InsufficientMemoryException
        | NotApprovedException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return RecoveryWrapMessage.LENGTH;
  }
}
