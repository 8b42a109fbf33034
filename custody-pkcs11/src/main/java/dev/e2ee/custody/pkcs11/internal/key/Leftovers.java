package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.KeyState;
import java.time.Instant;
import java.util.Optional;

/** PENDING keys, which nothing was ever wrapped under, and how they are deleted. */
final class Leftovers {
  private static final long ABANDONED_SECONDS = 600;

  private Leftovers() {}

  private static long age(TokenKey key) {
    return Instant.now().getEpochSecond() - key.label().created();
  }

  /** Whether somebody else may take a key for abandoned soon. */
  static boolean isLate(TokenKey key) {
    return age(key) > ABANDONED_SECONDS / 2;
  }

  /** Deletes a PENDING key that nobody can still be at work with, and no other. [token-14] */
  static boolean sweptAway(CryptokiSession session, Works works, TokenKey key)
      throws CryptokiException {
    if (key.label().state() != KeyState.PENDING || age(key) < ABANDONED_SECONDS) {
      return false;
    }
    destroy(session, works, key);
    return true;
  }

  /**
   * Deletes a PENDING key: only an object that says at this moment that it is this one.
   *
   * @throws CustodyException CONFLICT when it is in use by now
   */
  static void destroy(CryptokiSession session, Works works, TokenKey key) throws CryptokiException {
    String label = key.label().text();
    if (key.label().state() != KeyState.PENDING
        || !session
            .read(key.handle(), Attribute.LABEL)
            .text(Attribute.LABEL)
            .equals(Optional.of(label))) {
      throw new CustodyException(
          Kind.CONFLICT, "the key with the id " + key.id() + " is in use by now; try again");
    }
    for (long part : works.of(key.label().use()).parts(session, key.id())) {
      session.destroy(part);
    }
    for (long half : TokenReader.publicHalves(session, key.id(), label)) {
      session.destroy(half);
    }
    session.destroy(key.handle());
  }
}
