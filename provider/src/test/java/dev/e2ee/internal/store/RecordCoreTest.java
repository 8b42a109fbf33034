package dev.e2ee.internal.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.Refused;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What cannot be seen from outside: {@code testvectors/spec/store.md}, section 3. */
class RecordCoreTest {
  private final StoreSecrets secrets = StoreSecrets.generate(Engine.jdk());
  private final RecordCore core = new RecordCore(secrets);

  /** Threat 8. [store-3] One path, one revision, one content, 10,000 times. */
  @Tag("once")
  @Test
  void aRecordWrittenAnewRepeatsNothing() throws Exception {
    Set<String> salts = new HashSet<>();
    Set<String> keys = new HashSet<>();
    Set<String> nonces = new HashSet<>();
    Set<String> commitments = new HashSet<>();
    Set<String> ciphertexts = new HashSet<>();
    byte[] content = new byte[32];
    HexFormat hex = HexFormat.of();
    int writes = 10_000;
    for (int i = 0; i < writes; i++) {
      byte[] record = core.seal("notes/one", 1, content, false);
      byte[] head = Arrays.copyOf(record, RecordMessage.HEAD);
      try (RecordKeys used = core.keys(secrets.current(), "notes/one", head)) {
        keys.add(hex.formatHex(used.key().copy()));
        nonces.add(hex.formatHex(used.nonce()));
        commitments.add(hex.formatHex(used.commitment()));
        assertArrayEquals(Arrays.copyOfRange(record, 68, 100), used.commitment());
      }
      salts.add(hex.formatHex(head, 36, 68));
      ciphertexts.add(hex.formatHex(record, 100, 100 + content.length));
    }
    for (Set<String> all : List.of(salts, keys, nonces, commitments, ciphertexts)) {
      assertEquals(writes, all.size());
    }
  }

  /** Each step begins where the last one ends, and none is longer than a sixteenth. */
  @Test
  void paddingIsMonotonousAndShort() {
    assertEquals(256, RecordPadding.padded(4));
    int last = 256;
    for (int length = 4; length < 300_000; length++) {
      int padded = RecordPadding.padded(length);
      assertTrue(padded >= length && padded >= last, () -> "shorter");
      assertTrue(length <= 256 || padded - length < length / 16 + 1, () -> "longer");
      assertEquals(padded, RecordPadding.padded(padded));
      assertEquals(length >= 256 && padded == length, RecordPadding.isPadded(length));
      last = padded;
    }
    assertEquals(17_301_504, RecordPadding.padded(4 + RecordMessage.MAX_CONTENT));
    assertTrue(RecordPadding.isPadded(17_301_504));
    assertFalse(RecordPadding.isPadded(17_825_792), "the next step is no length");
  }

  /** [store-9] Made by somebody who has the key. */
  @Test
  void whatWasNotPaddedSoIsRefused() throws Exception {
    byte[] right = RecordPadding.pad(new byte[301]);
    assertArrayEquals(new byte[301], RecordPadding.unpad(right));
    for (int i : new int[] {0, 1, 2, 305, right.length - 1}) {
      byte[] altered = right.clone();
      altered[i] ^= (byte) 0x80;
      Refused.with(AEADBadTagException.class, () -> RecordPadding.unpad(altered));
    }
    byte[] longer = Arrays.copyOf(right, RecordPadding.padded(right.length + 1));
    Refused.with(AEADBadTagException.class, () -> RecordPadding.unpad(longer));
  }
}
