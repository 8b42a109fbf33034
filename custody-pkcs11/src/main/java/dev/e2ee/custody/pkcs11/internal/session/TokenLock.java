package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import dev.e2ee.spi.internal.custody.UserLock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of one process of this user does with a token at a time, since SoftHSM (2.6.1)
 * does not bear more.
 */
final class TokenLock {
  /** A process that hangs in its login must not keep all others from theirs. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final UserLock LOCKS = new UserLock("pkcs11");

  private TokenLock() {}

  /**
   * Waits for the right to make keys. What other writers do is looked for in the token, but SoftHSM
   * never shows a process what another one made between that process's last look and its own
   * C_GenerateKey.
   *
   * @param token its identity, the same in every process and through every module
   * @param where the token, in messages
   * @throws CustodyException TIMEOUT, CANCELLED
   */
  static ExclusiveLock toMakeKeys(String token, String where, Deadline deadline) {
    return LOCKS.take(token, deadline, "another process or thread that makes a key in " + where);
  }

  /**
   * Waits a moment for the right to log in. SoftHSM writes to its token at each login, and answers
   * CKR_GENERAL_ERROR to a process that logs in meanwhile: nobody could tell that from the answer
   * of other tokens to a wrong PIN.
   *
   * @param token its identity, the same in every process and through every module
   * @param where the token, in messages
   * @return null when the other one takes too long
   * @throws CustodyException CANCELLED
   */
  static @Nullable ExclusiveLock toLogIn(String token, String where) {
    try {
      return LOCKS.take(
          token + " login", Deadline.after(PATIENCE), "another process that logs in to " + where);
    } catch (CustodyException e) {
      if (e.kind() == Kind.TIMEOUT) {
        return null;
      }
      throw e;
    }
  }
}
