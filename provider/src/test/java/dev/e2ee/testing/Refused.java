package dev.e2ee.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** What every negative test asks: exactly this class, with a message, and no secret in any part. */
public final class Refused {
  private Refused() {}

  /** Runs what must be refused, and gives back the exception. */
  public static <T extends Throwable> T with(Class<T> type, Executable action) {
    T thrown = assertThrowsExactly(type, action);
    assertNotNull(thrown.getMessage(), () -> type + " without a message");
    StringWriter everything = new StringWriter();
    thrown.printStackTrace(new PrintWriter(everything));
    assertNoSecret(everything.toString());
    return thrown;
  }

  /** No form of the sample key, nor of a sample plaintext, stands in the text. */
  public static void assertNoSecret(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    Stream.concat(forms(Sample.umkBytes()), forms(Sample.plaintext(Sample.CANARY.length())))
        .forEach(
            form ->
                assertFalse(
                    lower.contains(form.toLowerCase(Locale.ROOT)), () -> "a secret in: " + text));
  }

  /** How a secret's first bytes would look when somebody printed them. */
  public static Stream<String> forms(byte[] secret) {
    byte[] head = Arrays.copyOf(secret, 9);
    String list = Arrays.toString(head);
    return List.of(
        HexFormat.of().formatHex(head, 0, 6),
        HexFormat.ofDelimiter(":").formatHex(head, 0, 6),
        HexFormat.ofDelimiter(" ").formatHex(head, 0, 6),
        Base64.getEncoder().encodeToString(head),
        Base64.getUrlEncoder().encodeToString(head),
        list.substring(1, list.length() - 1),
        new String(head, StandardCharsets.ISO_8859_1))
        .stream();
  }
}
