package dev.e2ee.custody.tck.internal.ground;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;

/** Answers with one secret until it is given another, and counts how often it was asked. */
public final class AskedHandler implements CallbackHandler {
  private final AtomicInteger asked = new AtomicInteger();
  private volatile char[] secret;

  /** Takes the secret over. */
  public AskedHandler(char[] secret) {
    this.secret = secret;
  }

  /** From now on answers with this one, which it takes over. */
  public void answer(char[] next) {
    secret = next;
  }

  /** How often. */
  public int asked() {
    return asked.get();
  }

  /** Overwrites the secret. */
  public void wipe() {
    Arrays.fill(secret, '\0');
  }

  @Override
  public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
    asked.incrementAndGet();
    for (Callback callback : callbacks) {
      if (callback instanceof PasswordCallback password) {
        password.setPassword(secret);
      } else {
        throw new UnsupportedCallbackException(callback, "only a PasswordCallback is answered");
      }
    }
  }
}
