package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.util.OptionalLong;

/** What a return value of a module means to a person, and what they can do. */
final class Errors {
  private Errors() {}

  private static final String NO_START =
      "; the module does not start: look whether its server runs, if it has one, at its"
          + " configuration and the variable that names it (such as SOFTHSM2_CONF), and at this"
          + " user's rights to its files";

  /**
   * The error for a caller.
   *
   * @param where the token, as its URI names it
   * @param mayHaveTakenEffect whether the token may have changed
   */
  static CustodyException of(String where, CryptokiException e, boolean mayHaveTakenEffect) {
    Kind kind = Ckr.kind(e.code());
    return new CustodyException(
        kind,
        where + ": " + e.getMessage() + (e.isOf("C_Initialize") ? NO_START : advice(kind)),
        e,
        mayHaveTakenEffect,
        OptionalLong.of(e.code()));
  }

  private static String advice(Kind kind) {
    return switch (kind) {
      case LOCKED -> "; unlock it first";
      case AUTH_FAILED ->
          "; the PIN is wrong, and it is not tried again: give the right one. One that the URI names"
              + " is tried again once the right one was given, by pin-source=callback: or the token's"
              + " own tool";
      case AUTH_LOCKED_OUT -> "; the PIN is locked, and only the token's security officer can help";
      case REMOVED -> "; insert the token, or start its server";
      case TRANSIENT -> "; nothing is known to be wrong with the key. Try again";
      case EXHAUSTED -> "; close other sessions with the token, or make room in it";
      case DENIED -> "; the token does not allow it: look at its policy and the key's attributes";
      case UNSUPPORTED -> "; this token cannot do that: e2ee custody probe URI shows what it can";
      case TOO_LARGE -> "; the data is longer than the token takes";
      case MISSING -> "; the key is no longer there";
      case CONFLICT -> "; another user of the token came first";
      case CANCELLED, AMBIGUOUS, TIMEOUT, INTEGRITY, CORRUPT, POLICY, CLOSED -> "";
    };
  }
}
