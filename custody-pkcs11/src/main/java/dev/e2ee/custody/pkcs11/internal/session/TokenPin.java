package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of one token's PIN, whichever of its custodies was given it. A login
 * holds for the whole process, and then the token says yes to every PIN; and a wrong one costs a
 * try, however often a custody is opened anew. PINs are kept as MACs under a key of this process.
 */
final class TokenPin {
  private final Engine engine;
  private final SecretBytes key;
  private byte @Nullable [] accepted;
  private byte @Nullable [] wrong;
  private int users;

  TokenPin(Engine engine) {
    this.engine = engine;
    this.key = SecretBytes.adopt(engine.random(32));
  }

  private byte[] mac(SecretBytes pin) {
    byte[] bytes = pin.copy();
    try (SecretBytes message = SecretBytes.adopt(bytes)) {
      return engine.hmacSha256(key, bytes, new byte[] {(byte) message.length()});
    }
  }

  /**
   * Refuses the PIN that was wrong last.
   *
   * @throws CustodyException AUTH_FAILED
   */
  synchronized void refuseWrong(String where, SecretBytes pin) {
    if (wrong != null && MessageDigest.isEqual(wrong, mac(pin))) {
      throw new CustodyException(
          Kind.AUTH_FAILED,
          where
              + ": this PIN was wrong before and was not tried again; give the right one. If the"
              + " token got this PIN since, start the program anew");
    }
  }

  /**
   * Refuses a PIN other than the one that this process is logged in with. Where somebody else has
   * logged it in, nobody knows which.
   *
   * @throws CustodyException AUTH_FAILED
   */
  synchronized void requireAccepted(String where, SecretBytes pin) {
    if (accepted != null && !MessageDigest.isEqual(accepted, mac(pin))) {
      throw new CustodyException(
          Kind.AUTH_FAILED,
          where
              + ": this process is logged in to the token with another PIN; give that one, or lock"
              + " the others first");
    }
  }

  /** The token has accepted it. */
  synchronized void accept(SecretBytes pin) {
    accepted = mac(pin);
    wrong = null;
  }

  /** The token has refused it, or may have. */
  synchronized void reject(SecretBytes pin) {
    wrong = mac(pin);
  }

  /** One custody more that is logged in. */
  synchronized void enter() {
    users++;
  }

  /** One less; the last one leaves no MAC of a right PIN behind. */
  synchronized void leave() {
    users--;
    if (users == 0) {
      accepted = null;
    }
  }
}
