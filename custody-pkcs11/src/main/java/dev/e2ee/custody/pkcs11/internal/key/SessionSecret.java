package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.util.Arrays;
import java.util.Optional;

/**
 * A secret of 32 bytes as an object of the session, which shows its value: what ECDH gives, or a
 * DEK on its way. Its handle may mean a key after a loss that nobody has noticed yet, so it is
 * looked at before anything is believed of it, or deleted by it.
 */
final class SessionSecret {
  /** The length of its value in bytes. */
  static final int LENGTH = 32;

  private SessionSecret() {}

  /** What such an object is. */
  static Template template() {
    return Template.ofClass(Template.SECRET_KEY)
        .with(Attribute.KEY_TYPE, KeyWork.GENERIC_SECRET)
        .with(Attribute.TOKEN, false)
        .with(Attribute.PRIVATE, true)
        .with(Attribute.SENSITIVE, false)
        .with(Attribute.EXTRACTABLE, true);
  }

  /**
   * Its value, which the caller wipes.
   *
   * @throws CustodyException DENIED when the token does not show it, UNSUPPORTED for another length
   */
  static byte[] value(CryptokiSession session, long object) throws CryptokiException {
    Template shown = session.read(object, Attribute.TOKEN, Attribute.VALUE);
    requireOfSession(shown);
    byte[] value =
        shown
            .bytes(Attribute.VALUE)
            .orElseThrow(
                () ->
                    new CustodyException(
                        Kind.DENIED,
                        "the token does not show a secret of the session that it was told to show;"
                            + " look at its policy"));
    if (value.length != LENGTH) {
      Arrays.fill(value, (byte) 0);
      throw new CustodyException(
          Kind.UNSUPPORTED, "the token's secret has " + value.length + " bytes, not " + LENGTH);
    }
    return value;
  }

  /** What is done with one. */
  interface Step {
    /** Does it. */
    byte[] take() throws CryptokiException;
  }

  /** The last that is done with one: it ends, however that goes. [token-27] */
  static byte[] last(CryptokiSession session, long object, Step step) throws CryptokiException {
    byte[] result;
    try {
      result = step.take();
    } catch (CryptokiException e) {
      if (Ckr.damage(e.code()) != Ckr.Damage.NONE) {
        throw endOfSession(e); // whatever the handle means now is left alone
      }
      end(session, object);
      throw e;
    } catch (RuntimeException | Error e) {
      end(session, object);
      throw e;
    }
    try {
      end(session, object);
    } catch (CryptokiException e) {
      Arrays.fill(result, (byte) 0);
      throw e;
    }
    return result;
  }

  private static void end(CryptokiSession session, long object) throws CryptokiException {
    try {
      requireOfSession(session.read(object, Attribute.TOKEN));
      session.destroy(object);
    } catch (CryptokiException e) {
      throw endOfSession(e);
    }
  }

  private static void requireOfSession(Template shown) throws CryptokiException {
    if (!shown.truth(Attribute.TOKEN).equals(Optional.of(false))) {
      throw new CryptokiException("C_GetAttributeValue", Ckr.SESSION_CLOSED.code());
    }
  }

  /** An error with which the session ends, and its objects with it. */
  private static CryptokiException endOfSession(CryptokiException e) {
    return switch (Ckr.damage(e.code())) {
      case NONE, HANDLE -> new CryptokiException("C_DestroyObject", Ckr.FUNCTION_FAILED.code());
      case SESSION, CONNECTION -> e;
    };
  }
}
