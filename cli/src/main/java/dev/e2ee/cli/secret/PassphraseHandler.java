package dev.e2ee.cli.secret;

import java.util.Arrays;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;

/** Answers a custody back end that asks for its passphrase or PIN. */
public final class PassphraseHandler implements CallbackHandler {
  private final PassphraseSource source;

  /** Reads from this source when asked, and not before. */
  public PassphraseHandler(PassphraseSource source) {
    this.source = source;
  }

  @Override
  public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (!(callback instanceof PasswordCallback question)) {
        throw new UnsupportedCallbackException(callback);
      }
      char[] passphrase = source.read();
      try {
        question.setPassword(passphrase);
      } finally {
        Arrays.fill(passphrase, '\0');
      }
    }
  }
}
