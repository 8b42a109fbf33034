package dev.e2ee.recovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code testvectors/spec/recovery.md}, section 2. */
class RecoveryCodeTest {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final String WRONG = ALPHABET + "U*";

  private static String text(RecoveryCode code) {
    return new String(code.text());
  }

  private static void refused(String typed) {
    assertThrows(
        InvalidRecoveryCodeException.class,
        () -> RecoveryCode.parse(typed.toCharArray()),
        () -> "accepted " + typed);
  }

  @Test
  void isReadAsPeopleWriteIt() throws Exception {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      try (RecoveryCode code = RecoveryCode.generate()) {
        String text = text(code);
        assertTrue(text.matches("([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}"), text);
        assertTrue(seen.add(text));
        String spoken = text.replace('0', 'o').replace('1', 'i').replace("-", " ");
        for (String typed :
            new String[] {text, text.toLowerCase(Locale.ROOT), spoken, "\t" + text + "\n"}) {
          try (RecoveryCode back = RecoveryCode.parse(typed.toCharArray())) {
            assertArrayEquals(code.getEncoded(), back.getEncoded());
          }
        }
      }
    }
  }

  /** [recovery-1] Every single wrong character at every place. */
  @Test
  void anySingleWrongCharacterIsTold() {
    String text = text(RecoveryCode.generate());
    for (int i = 0; i < text.length(); i++) {
      for (int k = 0; k < WRONG.length(); k++) {
        char c = WRONG.charAt(k);
        if (text.charAt(i) != '-' && text.charAt(i) != c) {
          refused(text.substring(0, i) + c + text.substring(i + 1));
        }
      }
    }
  }

  /** [recovery-1] Any two that changed places, near or far. */
  @Test
  void anyTwoThatChangedPlacesAreTold() {
    String text = text(RecoveryCode.generate()).replace("-", "");
    int swaps = 0;
    for (int i = 0; i < text.length(); i++) {
      for (int j = i + 1; j < text.length(); j++) {
        if (text.charAt(i) != text.charAt(j)) {
          StringBuilder swapped = new StringBuilder(text);
          swapped.setCharAt(i, text.charAt(j));
          swapped.setCharAt(j, text.charAt(i));
          refused(swapped.toString());
          swaps++;
        }
      }
    }
    assertTrue(swaps > 400, "too many characters alike");
  }

  /** [recovery-2] One that is missing, or too much, at every place. */
  @Test
  void anyMissingOrAddedCharacterIsTold() {
    String text = text(RecoveryCode.generate()).replace("-", "");
    for (int i = 0; i < text.length(); i++) {
      refused(text.substring(0, i) + text.substring(i + 1));
      for (int c = 0; c < ALPHABET.length(); c++) {
        refused(text.substring(0, i) + ALPHABET.charAt(c) + text.substring(i));
      }
    }
    refused("");
    refused("-");
    refused(text + text);
  }

  /** [recovery-3] A message says what to do, and nothing of the code. */
  @Test
  void messagesDoNotShowWhatWasTyped() {
    String text = text(RecoveryCode.generate());
    for (String typed : new String[] {text.substring(1), text.replace(text.charAt(2), 'U')}) {
      var error =
          assertThrows(
              InvalidRecoveryCodeException.class, () -> RecoveryCode.parse(typed.toCharArray()));
      for (String group : text.split("-", -1)) {
        assertFalse(error.toString().contains(group), error.toString());
      }
    }
  }

  @Test
  void isAKeyOfOurs() throws Exception {
    RecoveryCode code = RecoveryCode.generate();
    RecoveryCode same = RecoveryCode.parse(code.text());
    assertNotEquals(code, same);
    assertEquals(code, code);
    assertEquals(16, code.getEncoded().length);
    code.getEncoded()[0] ^= 1;
    assertArrayEquals(same.getEncoded(), code.getEncoded());
    assertEquals("RecoveryCode[128 bits]", code.toString());
    try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThrows(NotSerializableException.class, () -> out.writeObject(code));
    }
    code.close();
    assertTrue(code.isDestroyed());
    assertThrows(IllegalStateException.class, code::getEncoded);
    assertThrows(IllegalStateException.class, code::text);
    code.close();
  }
}
