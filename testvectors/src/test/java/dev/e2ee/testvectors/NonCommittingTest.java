package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.UserMasterKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Ciphertexts that open under several keys, put into envelopes by somebody who knows the keys.
 *
 * <p>Bare AES-GCM takes each of them under each of its keys. An envelope opens under the one key
 * that it was committed to, and under no other. [envelope-25] [envelope-26]
 */
class NonCommittingTest {
  private static final HexFormat HEX = HexFormat.of();
  private static JsonNode file;

  @BeforeAll
  static void read() throws Exception {
    file =
        new ObjectMapper()
            .readTree(SharedFiles.ofThisProject().interop("noncommitting.json").toFile());
  }

  /** One entry: the box, and the keys that open it. */
  private record Entry(List<byte[]> keys, byte[] box, byte[] aad) {
    static Entry of(String name) {
      JsonNode entry = file.required(name);
      return new Entry(
          StreamSupport.stream(entry.required("keys").spliterator(), false)
              .map(k -> HEX.parseHex(k.asText()))
              .toList(),
          concat(hex(entry, "nonce"), hex(entry, "ct_tag")),
          entry.required("aad").asText().getBytes(StandardCharsets.UTF_8));
    }

    byte[] open(int key) throws Exception {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(keys.get(key), "AES"),
          new GCMParameterSpec(128, box, 0, 12));
      cipher.updateAAD(aad);
      return cipher.doFinal(box, 12, box.length - 12);
    }
  }

  private static byte[] hex(JsonNode node, String field) {
    return HEX.parseHex(node.required(field).asText());
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(concat(parts));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] lp(byte[] bytes) {
    return concat(ByteBuffer.allocate(4).putInt(bytes.length).array(), bytes);
  }

  /** An envelope that names one UMK and is committed to one DEK: written here, by the book. */
  private static byte[] envelope(
      byte[] namedUmk, byte[] wrap, byte[] committedDek, byte[] ctx, byte[] body)
      throws Exception {
    byte[] keyId = Arrays.copyOf(hmac(namedUmk, ascii("e2ee-key-id-v1"), new byte[] {1}), 16);
    byte[] head =
        ByteBuffer.allocate(31 + wrap.length)
            .put(ascii("E2EE"))
            .put((byte) 1)
            .put((byte) 1)
            .putShort((short) (ctx.length == 3 ? 1 : 0))
            .putInt(1)
            .put(keyId)
            .put((byte) 1)
            .putShort((short) wrap.length)
            .put(wrap)
            .array();
    byte[] commitment =
        hmac(committedDek, ascii("e2ee-commit-v1\0"), lp(head), lp(ctx), new byte[] {1});
    return concat(head, commitment, body);
  }

  private static byte[] seal(byte[] key, byte[] plaintext, byte[] aad) throws Exception {
    byte[] nonce = new byte[12];
    new java.security.SecureRandom().nextBytes(nonce);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(aad);
    return concat(nonce, cipher.doFinal(plaintext));
  }

  /** CTX of a record, by the book. */
  private static byte[] ctx(String user, String type, String id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {1, 0, 3});
    int field = 2;
    for (String part : List.of(user, type, id)) {
      out.writeBytes(new byte[] {0, (byte) field++});
      out.writeBytes(lp(part.getBytes(StandardCharsets.UTF_8)));
    }
    return out.toByteArray();
  }

  private static final byte[] NO_CONTEXT = {1, 0, 0};

  @Test
  void aDekWrapThatOpensUnderSeveralUmksOpensUnderTheCommittedOneOnly() throws Exception {
    Entry wrap = Entry.of("dek_wrap_opens_under_2_umks");
    Entry payload = Entry.of("payload_opens_under_2_deks");
    byte[] ctx = ctx("user-1", "memory", "42");
    RecordContext context = RecordContext.of("user-1", "memory", "42");
    for (int opener = 0; opener < 2; opener++) {
      byte[] umk = wrap.keys.get(opener);
      byte[] dek = wrap.open(opener);
      try (Envelope envelope = Envelope.with(UserMasterKey.of(umk))) {
        for (int committed = 0; committed < 2; committed++) {
          byte[] committedDek = wrap.open(committed);
          byte[] body = seal(dek, ascii("for one"), payload.aad);
          byte[] forged = envelope(umk, wrap.box, committedDek, ctx, body);
          if (committed == opener) {
            assertArrayEquals(ascii("for one"), envelope.open(forged, context));
          } else {
            assertThrows(AEADBadTagException.class, () -> envelope.open(forged, context));
          }
        }
      }
    }
  }

  @Test
  void aPayloadThatOpensUnderSeveralDeksOpensUnderTheCommittedOneOnly() throws Exception {
    Entry payload = Entry.of("payload_opens_under_2_deks");
    byte[] ctx = ctx("user-1", "memory", "42");
    RecordContext context = RecordContext.of("user-1", "memory", "42");
    byte[] umk = new byte[32];
    try (Envelope envelope = Envelope.with(UserMasterKey.of(umk))) {
      for (int wrapped = 0; wrapped < 2; wrapped++) {
        byte[] wrap = seal(umk, payload.keys.get(wrapped), ascii("pia-dek-wrap-v1:memory:42"));
        for (int committed = 0; committed < 2; committed++) {
          byte[] forged = envelope(umk, wrap, payload.keys.get(committed), ctx, payload.box);
          if (committed == wrapped) {
            assertArrayEquals(payload.open(wrapped), envelope.open(forged, context));
          } else {
            assertThrows(AEADBadTagException.class, () -> envelope.open(forged, context));
          }
        }
      }
    }
  }

  @Test
  void aWrapThatOpensUnderThreeKeysOpensUnderTheCommittedOneOnly() throws Exception {
    Entry wrap = Entry.of("recovery_wrap_48B_opens_under_3_keks");
    assertEquals(3, wrap.keys.size());
    for (int opener = 0; opener < 3; opener++) {
      byte[] umk = wrap.keys.get(opener);
      byte[] body = seal(wrap.open(opener), ascii("x"), new byte[0]);
      try (Envelope envelope = Envelope.with(UserMasterKey.of(umk))) {
        for (int committed = 0; committed < 3; committed++) {
          byte[] forged = envelope(umk, wrap.box, wrap.open(committed), NO_CONTEXT, body);
          if (committed == opener) {
            assertArrayEquals(ascii("x"), envelope.open(forged, new byte[0]));
          } else {
            assertThrows(AEADBadTagException.class, () -> envelope.open(forged, new byte[0]));
          }
        }
      }
    }
  }

  @Test
  void aWrapThatIsLargeEnoughForTwentyFourKeysIsNoWrap() throws Exception {
    Entry wrap = Entry.of("recovery_wrap_oversize_opens_under_24_keks");
    assertEquals(24, wrap.keys.size());
    for (int opener = 0; opener < 24; opener++) {
      byte[] opened = wrap.open(opener);
      assertTrue(opened.length > 32);
      byte[] umk = wrap.keys.get(opener);
      byte[] dek = Arrays.copyOf(opened, 32);
      byte[] forged =
          envelope(umk, wrap.box, dek, NO_CONTEXT, seal(dek, ascii("x"), new byte[0]));
      try (Envelope envelope = Envelope.with(UserMasterKey.of(umk))) {
        assertThrows(
            MalformedEnvelopeException.class, () -> envelope.open(forged, new byte[0]));
      }
    }
  }

  /** Three contexts that the colons join to one AAD: CTX keeps them apart. */
  @Test
  void contextsWithOneAadAreThreeContexts() throws Exception {
    List<RecordContext> contexts =
        StreamSupport.stream(file.required("aad_collision").spliterator(), false)
            .map(
                c ->
                    RecordContext.of(
                        c.required("userId").asText(),
                        c.required("entityType").asText(),
                        c.required("entityId").asText()))
            .toList();
    assertEquals(3, contexts.size());
    try (Envelope envelope = Envelope.with(UserMasterKey.of(new byte[32]))) {
      for (RecordContext sealed : contexts) {
        byte[] record = envelope.seal(ascii("x"), sealed);
        for (RecordContext opened : contexts) {
          if (opened.equals(sealed)) {
            assertArrayEquals(ascii("x"), envelope.open(record, opened));
          } else {
            assertThrows(AEADBadTagException.class, () -> envelope.open(record, opened));
          }
        }
      }
    }
  }
}
