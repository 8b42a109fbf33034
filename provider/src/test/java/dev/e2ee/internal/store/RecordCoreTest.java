package dev.e2ee.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.Refused;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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

  /** [store-3] A machine that was cloned draws the same bytes twice. */
  @Test
  void anotherWriteHasAnotherSaltThoughTheBytesDrawnAreTheSame() throws Exception {
    StoreSecrets.Entry current = secrets.current();
    byte[] drawn = new byte[32];
    byte[] content = {1, 2, 3};
    byte[] start = RecordMessage.start(false, 1, current.id(), 7);
    byte[] salt = core.salt(current, drawn, start, "a", content);
    assertArrayEquals(saltOf(current, drawn, start, "a", content), salt);
    byte[] padded = RecordMessage.start(true, 1, current.id(), 7);
    byte[] later = RecordMessage.start(false, 1, current.id(), 8);
    byte[] other = {1, 2, 4};
    byte[] another = new byte[32];
    another[31] = 1;
    for (byte[] each :
        List.of(
            core.salt(current, drawn, start, "a", other),
            core.salt(current, drawn, start, "b", content),
            core.salt(current, drawn, later, "a", content),
            core.salt(current, drawn, padded, "a", content),
            core.salt(current, another, start, "a", content))) {
      assertFalse(Arrays.equals(salt, each));
    }
  }

  /** From the specification, section 3, with the JDK. */
  private byte[] saltOf(
      StoreSecrets.Entry current, byte[] drawn, byte[] start, String path, byte[] content)
      throws GeneralSecurityException {
    byte[] label = "e2ee-store-salt-v1\0".getBytes(UTF_8);
    byte[] key = hmac(current.key().copy(), label, secrets.storeId(), new byte[] {1});
    byte[] named = path.getBytes(UTF_8);
    byte[] length = {0, 0, 0, (byte) named.length};
    return hmac(key, drawn, start, length, named, content);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256", "SunJCE");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
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
