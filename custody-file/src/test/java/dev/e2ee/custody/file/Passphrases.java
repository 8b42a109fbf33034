package dev.e2ee.custody.file;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;

/** Answers with one passphrase after the other, the last one for ever; counts the questions. */
final class Passphrases implements CallbackHandler {
  private final Queue<String> answers;
  private String last = "";
  int asked;

  private Passphrases(List<String> answers) {
    this.answers = new ArrayDeque<>(answers);
  }

  static Passphrases of(String... answers) {
    return new Passphrases(List.of(answers));
  }

  @Override
  public void handle(Callback[] callbacks) {
    asked++;
    if (!answers.isEmpty()) {
      last = answers.remove();
    }
    for (Callback callback : callbacks) {
      ((PasswordCallback) callback).setPassword(last.toCharArray());
    }
  }
}
