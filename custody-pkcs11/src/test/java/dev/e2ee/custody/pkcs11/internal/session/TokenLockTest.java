package dev.e2ee.custody.pkcs11.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One process at a time; that it is one process, and not one thread, ExclusiveLockTest shows. */
@Tag("once")
@SuppressWarnings("try") // a lock is held, not used
class TokenLockTest {
  private final String token = UUID.randomUUID().toString();

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(50));
  }

  @Test
  void whoMakesKeysWaitsAndGivesUp() {
    try (ExclusiveLock first = TokenLock.toMakeKeys(token, "vault", soon())) {
      CustodyException refused =
          assertThrows(
              CustodyException.class, () -> TokenLock.toMakeKeys(token, "vault", soon()).close());
      assertEquals(Kind.TIMEOUT, refused.kind());
    }
    TokenLock.toMakeKeys(token, "vault", soon()).close();
  }

  @Test
  void whoLogsInWaitsForNobodyThatHangs() {
    try (ExclusiveLock first = TokenLock.toLogIn(token, "vault")) {
      assertNotNull(first);
      assertNull(TokenLock.toLogIn(token, "vault"));
      TokenLock.toMakeKeys(token, "vault", soon()).close(); // another right
    }
    ExclusiveLock after = TokenLock.toLogIn(token, "vault");
    assertNotNull(after);
    after.close();
  }

  @Test
  void anotherTokenIsAnothers() {
    try (ExclusiveLock first = TokenLock.toLogIn(token, "vault");
        ExclusiveLock second = TokenLock.toLogIn(token + "2", "vault")) {
      assertNotNull(second);
    }
  }
}
