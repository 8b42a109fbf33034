package dev.e2ee.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.internal.store.NameCore;
import dev.e2ee.internal.store.RecordCore;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** {@code testvectors/spec/store.md}, sections 3 and 4. */
class StoreCipherTest {
  private static final String PATH = "notes/2026/first.json";

  private final StoreKeys keys = StoreKeys.generate();
  private final StoreCipher store = StoreCipher.with(keys);

  private static void assertNotAuthentic(String message, Executable opening) {
    assertEquals(message, Refused.with(AEADBadTagException.class, opening).getMessage());
  }

  private static void assertNotAuthentic(Executable opening) {
    assertNotAuthentic(RecordCore.NOT_AUTHENTIC, opening);
  }

  @EveryEngine
  void opensWhatItSeals(TestEngine engine) throws Exception {
    try (StoreKeys made = StoreKeys.generate(engine.provider())) {
      StoreCipher over = StoreCipher.with(made);
      for (int length : new int[] {0, 1, 252, 253, 5_000}) {
        byte[] plain = Sample.plaintext(length);
        byte[] record = over.seal(PATH, 7, plain);
        byte[] padded = over.sealPadded(PATH, 7, plain);
        assertEquals(116 + length, record.length);
        assertTrue(padded.length > 116 + length);
        assertEquals(new StoreCipher.Info(1, 7, false), StoreCipher.inspect(record));
        assertEquals(new StoreCipher.Info(1, 7, true), StoreCipher.inspect(padded));
        for (byte[] each : List.of(record, padded)) {
          StoreRecord opened = over.open(PATH, each, 7);
          assertArrayEquals(plain, opened.content());
          assertEquals(7, opened.revision());
          assertEquals(1, opened.generation());
        }
      }
    }
  }

  /** [store-3] */
  @Test
  void equalWritesDiffer() {
    byte[] one = store.seal(PATH, 1, new byte[40]);
    byte[] two = store.seal(PATH, 1, new byte[40]);
    assertArrayEquals(Arrays.copyOf(one, 36), Arrays.copyOf(two, 36));
    assertFalse(Arrays.equals(one, 36, 68, two, 36, 68), "a salt of its own");
    assertFalse(Arrays.equals(one, 100, 140, two, 100, 140), "a ciphertext of its own");
  }

  @Test
  void manyThreadsShareOne() {
    List<Long> opened =
        IntStream.range(0, 500)
            .parallel()
            .mapToObj(i -> writtenAndRead("notes/" + i % 7, i))
            .toList();
    assertEquals(LongStream.range(0, 500).boxed().toList(), opened);
  }

  private long writtenAndRead(String path, int i) {
    try {
      byte[] record = store.seal(path, i, Sample.plaintext(i));
      assertEquals(path, store.path(store.name(path)));
      StoreRecord opened = store.open(path, record, i);
      assertArrayEquals(Sample.plaintext(i), opened.content());
      return opened.revision();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** [store-5] [store-6] [store-7] [store-8] Each bit, and each length. */
  @Tag("once")
  @Test
  void everyBitMatters() throws Exception {
    byte[] record = store.seal(PATH, 5, Sample.plaintext(20));
    for (int bit = 0; bit < 8 * record.length; bit++) {
      byte[] altered = record.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      int at = bit / 8;
      // Generation 1 becomes 0 by its lowest bit; numbers are malformed when negative.
      boolean number = bit == 8 * 8 + 7 || bit == 11 * 8 || bit == 28 * 8 + 7;
      if (at < 8 || number) {
        Refused.with(MalformedStoreException.class, () -> store.open(PATH, altered));
        Refused.with(MalformedStoreException.class, () -> StoreCipher.inspect(altered));
      } else if (at < 28) {
        Refused.with(NoStoreKeyException.class, () -> store.open(PATH, altered));
      } else {
        assertNotAuthentic(() -> store.open(PATH, altered));
      }
    }
    for (int length = 0; length < record.length; length++) {
      byte[] cut = Arrays.copyOf(record, length);
      if (length < 116) {
        Refused.with(MalformedStoreException.class, () -> store.open(PATH, cut));
      } else {
        assertNotAuthentic(() -> store.open(PATH, cut));
      }
    }
    byte[] longer = Arrays.copyOf(record, record.length + 1);
    assertNotAuthentic(() -> store.open(PATH, longer));
  }

  /** [store-9] */
  @Tag("once")
  @Test
  void everyBitAndLengthOfAPaddedOneMatters() throws Exception {
    byte[] record = store.sealPadded(PATH, 5, Sample.plaintext(20));
    assertEquals(116 + 256, record.length);
    for (int at = 28; at < record.length; at++) {
      byte[] altered = record.clone();
      altered[at] ^= 1;
      assertNotAuthentic(() -> store.open(PATH, altered));
    }
    for (int length = 0; length < record.length; length++) {
      byte[] cut = Arrays.copyOf(record, length);
      Refused.with(MalformedStoreException.class, () -> store.open(PATH, cut));
    }
    byte[] unmarked = record.clone();
    unmarked[7] = 0;
    assertNotAuthentic(() -> store.open(PATH, unmarked));
    byte[] next = Arrays.copyOf(record, 116 + 272);
    assertNotAuthentic(() -> store.open(PATH, next));
  }

  /** Threat 9. [store-6] [store-8] What a server puts in another one's place. */
  @Test
  void aHostileServerSwapsRecords() throws Exception {
    byte[] here = store.seal("a", 1, Sample.plaintext(9));
    byte[] there = store.seal("b", 1, Sample.plaintext(9));
    assertNotAuthentic(() -> store.open("b", here));
    assertNotAuthentic(() -> store.open("a", there));
    assertNotAuthentic(() -> store.open("A", here));
    // Head of one write, body of another.
    byte[] again = store.seal("a", 1, Sample.plaintext(9));
    byte[] mixed = here.clone();
    System.arraycopy(again, 100, mixed, 100, again.length - 100);
    assertNotAuthentic(() -> store.open("a", mixed));
    System.arraycopy(again, 68, mixed, 68, again.length - 68);
    assertNotAuthentic(() -> store.open("a", mixed));
    try (StoreKeys others = StoreKeys.generate()) {
      StoreCipher other = StoreCipher.with(others);
      byte[] foreign = other.seal("a", 1, Sample.plaintext(9));
      Refused.with(NoStoreKeyException.class, () -> store.open("a", foreign));
      // The id of our key put into it.
      System.arraycopy(here, 8, foreign, 8, 20);
      assertNotAuthentic(() -> store.open("a", foreign));
    }
  }

  /** Threat 10. [store-10] */
  @Test
  void aHostileServerPutsAnOlderOneBack() throws Exception {
    byte[] old = store.seal(PATH, 3, Sample.plaintext(9));
    byte[] none = store.seal(PATH, 0, Sample.plaintext(9));
    assertEquals(3, store.open(PATH, old, 3).revision());
    assertEquals(3, store.open(PATH, old).revision());
    assertNotAuthentic(
        "this record has the revision 3, and 4 is remembered: an older one was put back",
        () -> store.open(PATH, old, 4));
    Refused.with(AEADBadTagException.class, () -> store.open(PATH, none, 1));
    // Its number raised by the server: not authentic, before anything is said of it.
    byte[] raised = old.clone();
    raised[35] = 9;
    assertNotAuthentic(() -> store.open(PATH, raised, 4));
  }

  /** [store-25] Whoever was removed has the old key, and writes with any revision. */
  @Test
  void aRemovedHolderOfTheKeysCannotGoOnToWrite() throws Exception {
    byte[] planted = store.seal(PATH, 1000, Sample.plaintext(9));
    try (StoreKeys rotated = keys.rotate();
        StoreKeys dropped = rotated.without(1)) {
      StoreCipher after = StoreCipher.with(rotated);
      assertEquals(1, after.open(PATH, planted, 7, 1).generation());
      assertNotAuthentic(
          "this record is sealed under generation 1 of the store's keys, and 2 is the lowest that is"
              + " allowed: somebody who was removed may have written it",
          () -> after.open(PATH, planted, 7, 2));
      byte[] ours = after.seal(PATH, 8, Sample.plaintext(9));
      assertEquals(2, after.open(PATH, ours, 7, 2).generation());
      StoreCipher without = StoreCipher.with(dropped);
      Refused.with(NoStoreKeyException.class, () -> without.open(PATH, planted));
      assertEquals(8, without.open(PATH, ours).revision());
      assertEquals(store.name(PATH), without.name(PATH));
      // Its number raised by the server: not authentic.
      byte[] raised = planted.clone();
      System.arraycopy(ours, 8, raised, 8, 20);
      assertNotAuthentic(() -> after.open(PATH, raised, 7, 2));
    }
  }

  /** [store-4] */
  @Test
  void refusesWhatItCannotSeal() throws Exception {
    byte[] record = store.seal(PATH, 0, new byte[1]);
    for (String bad : List.of("", "\ud800", "x".repeat(1025))) {
      Refused.with(IllegalArgumentException.class, () -> store.seal(bad, 0, new byte[1]));
      Refused.with(IllegalArgumentException.class, () -> store.open(bad, record));
      Refused.with(IllegalArgumentException.class, () -> store.name(bad));
    }
    Refused.with(IllegalArgumentException.class, () -> store.seal(PATH, -1, new byte[1]));
    byte[] most = new byte[StoreCipher.MAX_CONTENT + 1];
    Refused.with(IllegalArgumentException.class, () -> store.seal(PATH, 0, most));
    Refused.with(IllegalArgumentException.class, () -> store.sealPadded(PATH, 0, most));
    keys.close();
    Refused.with(IllegalStateException.class, () -> store.seal(PATH, 0, new byte[1]));
    Refused.with(IllegalStateException.class, () -> store.open(PATH, record));
    Refused.with(IllegalStateException.class, () -> store.name(PATH));
  }

  @Tag("once")
  @Test
  void theLongestGoes() throws Exception {
    byte[] content = new byte[StoreCipher.MAX_CONTENT];
    byte[] record = store.seal(PATH, Long.MAX_VALUE, content);
    byte[] padded = store.sealPadded(PATH, 0, content);
    assertEquals(16_777_332, record.length);
    assertEquals(17_301_620, padded.length);
    assertEquals(content.length, store.open(PATH, record).content().length);
    assertEquals(content.length, store.open(PATH, padded).content().length);
    byte[] longer = Arrays.copyOf(record, record.length + 1);
    Refused.with(MalformedStoreException.class, () -> store.open(PATH, longer));
    byte[] next = Arrays.copyOf(padded, 116 + 17_825_792);
    Refused.with(MalformedStoreException.class, () -> store.open(PATH, next));
  }

  private static List<String> paths() {
    List<String> all =
        new ArrayList<>(
            List.of("a", "b", "A", "a/", "a/b", "ab", "a\0", "\u0080", "\u00e9", "e\u0301", "/"));
    for (int length : new int[] {14, 15, 16, 31, 32, 33, 1023, 1024}) {
      all.add("x".repeat(length));
    }
    return all;
  }

  @EveryEngine
  void namesComeBack(TestEngine engine) throws Exception {
    try (StoreKeys made = StoreKeys.generate(engine.provider())) {
      StoreCipher over = StoreCipher.with(made);
      Set<String> names = new HashSet<>();
      for (String path : paths()) {
        String name = over.name(path);
        assertEquals(path, over.path(name));
        assertEquals(name, over.name(path), "the same each time");
        assertTrue(name.matches("[0-9a-hjkmnp-tv-z]{52,1690}"), name);
        int bytes = 16 + path.getBytes(UTF_8).length / 16 * 16 + 16;
        assertEquals((bytes * 8 + 4) / 5, name.length());
        names.add(name);
      }
      assertEquals(paths().size(), names.size());
    }
  }

  /** [store-11] [store-12] [store-13] */
  @Tag("once")
  @Test
  void everyCharacterOfANameMatters() throws Exception {
    // 80 bytes, 128 characters: none has bits behind the end.
    String path = "y".repeat(60);
    String name = store.name(path);
    assertEquals(128, name.length());
    for (int i = 0; i < name.length(); i++) {
      for (char c : "0123456789abcdefghjkmnpqrstvwxyz".toCharArray()) {
        String altered = name.substring(0, i) + c + name.substring(i + 1);
        if (c == name.charAt(i)) {
          assertEquals(path, store.path(altered));
        } else {
          assertNotAuthentic(NameCore.NOT_AUTHENTIC, () -> store.path(altered));
        }
      }
    }
    String longer = store.name("y".repeat(40));
    for (int length = 0; length < longer.length(); length++) {
      String cut = longer.substring(0, length);
      // 52 and 77 characters are lengths of names, if the last bits happen to be 0.
      assertTrue(length == 52 || length == 77 || isMalformed(cut), () -> cut);
    }
    for (String bad :
        List.of(name + "0", name.toUpperCase(Locale.ROOT), "i" + name.substring(1), " " + name)) {
      Refused.with(MalformedStoreException.class, () -> store.path(bad));
    }
    String shortest = store.name("y");
    char last = shortest.charAt(51);
    String alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    String behind = shortest.substring(0, 51) + alphabet.charAt(alphabet.indexOf(last) + 1);
    Refused.with(MalformedStoreException.class, () -> store.path(behind));
  }

  private boolean isMalformed(String name) {
    try {
      store.path(name);
      return false;
    } catch (MalformedStoreException e) {
      return true;
    } catch (AEADBadTagException e) {
      return false;
    }
  }

  /** [store-12] What a server swaps, or brings from another store. */
  @Test
  void namesAreOfOneStore() throws Exception {
    String name = store.name(PATH);
    try (StoreKeys others = StoreKeys.generate()) {
      StoreCipher other = StoreCipher.with(others);
      assertNotEquals(name, other.name(PATH));
      assertNotAuthentic(NameCore.NOT_AUTHENTIC, () -> other.path(name));
    }
    // Two names of one length, each with the siv of the other.
    String one = store.name("y".repeat(60));
    String two = store.name("z".repeat(60));
    String mixed = one.substring(0, 32) + two.substring(32);
    assertNotAuthentic(NameCore.NOT_AUTHENTIC, () -> store.path(mixed));
    // A name that a server swaps for another one's is that other one's, and says so.
    assertEquals("z".repeat(60), store.path(two));
  }
}
