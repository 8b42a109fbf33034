package dev.e2ee.testvectors.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.SharedFiles;
import dev.e2ee.testvectors.conformance.own.LongValue;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ciphertexts that open under several keys, put into envelopes as the body and as the wrap: an
 * envelope opens with the one DEK that it is committed to. Each test shows first that the bytes are
 * as harmful as they claim to be.
 */
class NoncommittingTest {
  private static final KeyId ID = KeyId.of(new byte[KeyId.LENGTH]);

  /** A box, what it is bound to, and the keys that open it, each to another plaintext. */
  private static final class Ciphertext {
    private final byte[] box;
    private final byte[] aad;
    private final List<byte[]> keys;
    private final List<byte[]> plaintexts;

    Ciphertext(byte[] box, byte[] aad, List<byte[]> keys, List<byte[]> plaintexts) {
      this.box = box;
      this.aad = aad;
      this.keys = keys;
      this.plaintexts = plaintexts;
    }
  }

  private static JsonNode file() throws IOException {
    return new ObjectMapper()
        .readTree(SharedFiles.ofThisProject().interop("noncommitting.json").toFile());
  }

  private static Ciphertext ciphertext(String name) throws IOException, AEADBadTagException {
    JsonNode entry = file().get(name);
    byte[] aad = entry.get("aad").textValue().getBytes(US_ASCII);
    byte[] nonce = LongValue.bytes(entry.get("nonce"));
    byte[] box = JdkBox.joined(nonce, LongValue.bytes(entry.get("ct_tag")));
    List<byte[]> keys = new ArrayList<>();
    entry.get("keys").forEach(key -> keys.add(LongValue.bytes(key)));
    List<byte[]> plaintexts = new ArrayList<>();
    for (byte[] key : keys) {
      plaintexts.add(JdkBox.open(key, box, aad));
    }
    assertTrue(keys.size() > 1);
    assertEquals(
        keys.size(),
        plaintexts.stream().map(HexFormat.of()::formatHex).distinct().count(),
        "the plaintexts differ");
    return new Ciphertext(box, aad, keys, plaintexts);
  }

  private static MemoryCustodyKey custody(byte[] umk) {
    return new MemoryCustodyKey(
        List.of(new MemoryCustodyKey.Generation(SecretBytes.copyOf(umk), null, ID, 1, 1)));
  }

  private static byte[] open(byte[] umk, byte[] envelope, byte[] aad)
      throws GeneralSecurityException {
    try (Envelope opener = Envelope.with(custody(umk))) {
      return opener.open(envelope, aad);
    }
  }

  private static void assertNotAuthentic(byte[] umk, byte[] envelope, byte[] aad) {
    var e = assertThrows(AEADBadTagException.class, () -> open(umk, envelope, aad));
    assertEquals(AEADBadTagException.class, e.getClass());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recovery_wrap_48B_opens_under_3_keks",
        "recovery_wrap_oversize_opens_under_24_keks",
        "payload_opens_under_2_deks",
        "dek_wrap_opens_under_2_umks"
      })
  @DisplayName("[envelope-26] one body under several DEKs")
  void opensABodyWithTheCommittedDekOnly(String name) throws IOException, GeneralSecurityException {
    byte[] umk = new byte[32];
    Ciphertext body = ciphertext(name);
    for (int committed = 0; committed < body.keys.size(); committed++) {
      for (int wrapped = 0; wrapped < body.keys.size(); wrapped++) {
        byte[] wrap = JdkBox.seal(umk, body.keys.get(wrapped), body.aad);
        byte[] dek = body.keys.get(committed);
        byte[] envelope = JdkBox.envelope(ID.toBytes(), wrap, dek, body.box, body.aad);
        if (committed == wrapped) {
          assertArrayEquals(body.plaintexts.get(wrapped), open(umk, envelope, body.aad));
        } else {
          assertNotAuthentic(umk, envelope, body.aad);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"recovery_wrap_48B_opens_under_3_keks", "dek_wrap_opens_under_2_umks"})
  @DisplayName("[envelope-26] one wrap under several UMKs of one id")
  void opensAWrapWithTheCommittedDekOnly(String name) throws IOException, GeneralSecurityException {
    Ciphertext wrap = ciphertext(name);
    byte[] text = "text".getBytes(US_ASCII);
    for (int committed = 0; committed < wrap.keys.size(); committed++) {
      byte[] dek = wrap.plaintexts.get(committed);
      byte[] body = JdkBox.seal(dek, text, wrap.aad);
      byte[] envelope = JdkBox.envelope(ID.toBytes(), wrap.box, dek, body, wrap.aad);
      for (int used = 0; used < wrap.keys.size(); used++) {
        if (used == committed) {
          assertArrayEquals(text, open(wrap.keys.get(used), envelope, wrap.aad));
        } else {
          assertNotAuthentic(wrap.keys.get(used), envelope, wrap.aad);
        }
      }
    }
  }

  @Test
  @DisplayName("[envelope-18] [envelope-25] contexts that join to one text")
  void tellsContextsApartThatJoinToTheSameText() throws IOException, GeneralSecurityException {
    List<RecordContext> contexts = new ArrayList<>();
    file()
        .get("aad_collision")
        .forEach(
            c ->
                contexts.add(
                    RecordContext.of(
                        c.get("userId").textValue(),
                        c.get("entityType").textValue(),
                        c.get("entityId").textValue())));
    assertTrue(contexts.size() > 1);
    try (Envelope envelope = Envelope.with(custody(new byte[32]))) {
      byte[] text = "text".getBytes(US_ASCII);
      for (RecordContext sealedIn : contexts) {
        byte[] sealed = envelope.seal(text, sealedIn);
        for (RecordContext openedIn : contexts) {
          if (sealedIn.equals(openedIn)) {
            assertArrayEquals(text, envelope.open(sealed, openedIn));
          } else {
            assertThrows(AEADBadTagException.class, () -> envelope.open(sealed, openedIn));
          }
        }
      }
    }
  }
}
