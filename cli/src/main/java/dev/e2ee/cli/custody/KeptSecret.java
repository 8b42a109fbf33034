package dev.e2ee.cli.custody;

import dev.e2ee.cli.secret.PassphraseSource;
import java.util.Arrays;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;

/**
 * The store's PIN or passphrase, read when the store first asks for it and kept for the run: other
 * processes need it too.
 */
final class KeptSecret implements CallbackHandler, AutoCloseable {
  private final PassphraseSource source;
  private char[] kept = {};

  KeptSecret(PassphraseSource source) {
    this.source = source;
  }

  /** A copy; empty when no store has asked. */
  synchronized char[] copy() {
    return kept.clone();
  }

  /** Whether no store has asked. */
  synchronized boolean isEmpty() {
    return kept.length == 0;
  }

  @Override
  public synchronized void handle(Callback[] callbacks) throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (!(callback instanceof PasswordCallback question)) {
        throw new UnsupportedCallbackException(callback);
      }
      if (kept.length == 0) {
        kept = source.read();
      }
      question.setPassword(kept);
    }
  }

  @Override
  public synchronized void close() {
    Arrays.fill(kept, '\0');
  }
}
