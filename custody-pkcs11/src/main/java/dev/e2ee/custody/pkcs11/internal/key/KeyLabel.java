package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.spi.key.KeyState;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a token's object says of itself in its label, since no other place for it is there in every
 * token: {@code e2ee:1:NAME:GENERATION:STATE:USE:CREATED:CHECK}, section 2 of {@code
 * testvectors/spec/token.md}.
 *
 * @param name 1 to 64 characters {@code [A-Za-z0-9._-]}
 * @param generation 1, 2, …
 * @param state in its life
 * @param use what it is for
 * @param created seconds since 1970
 * @param check lower-case hex by which the key is known again; empty while it is being made
 */
public record KeyLabel(
    String name, int generation, KeyState state, KeyUse use, long created, String check) {
  private static final Pattern FORM =
      Pattern.compile(
          "e2ee:1:([A-Za-z0-9._-]{1,64}):([1-9][0-9]{0,9}):(pending|primary|old|retired)"
              + ":(gcm|hmac|ecdh|ecdsa|oaep-3072|oaep-2048|kw):(0|[1-9][0-9]{0,11}):([0-9a-f]{0,64})");

  /** The label's text, ASCII. */
  public String text() {
    return String.join(
        ":",
        "e2ee",
        "1",
        name,
        Integer.toString(generation),
        state.name().toLowerCase(Locale.ROOT),
        use.text(),
        Long.toString(created),
        check);
  }

  /** The same key in another state. */
  public KeyLabel in(KeyState next) {
    return new KeyLabel(name, generation, next, use, created, check);
  }

  /** The same key, known by what it answers. */
  public KeyLabel checkedBy(byte[] answer) {
    return new KeyLabel(name, generation, state, use, created, HexFormat.of().formatHex(answer));
  }

  /** Reads a label; empty for one that is not of this form, and so not of a key of ours. */
  public static Optional<KeyLabel> parse(String text) {
    // [token-3]
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long generation = Long.parseLong(parts.group(2));
    if (generation > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    KeyLabel label =
        new KeyLabel(
            parts.group(1),
            (int) generation,
            KeyState.valueOf(parts.group(3).toUpperCase(Locale.ROOT)),
            KeyUse.of(parts.group(4)),
            Long.parseLong(parts.group(5)),
            parts.group(6));
    return Optional.of(label).filter(KeyLabel::isChecked);
  }

  /** Whether its check is as long as its use makes it; only of a pending key it may be missing. */
  private boolean isChecked() {
    return check.isEmpty() ? state == KeyState.PENDING : check.length() == 2 * use.checkLength();
  }
}
