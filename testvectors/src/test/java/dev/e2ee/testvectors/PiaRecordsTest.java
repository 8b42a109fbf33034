package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.interop.pia.PiaFormatException;
import dev.e2ee.interop.pia.PiaRecord;
import dev.e2ee.interop.pia.PiaRecords;
import dev.e2ee.key.UserMasterKey;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PIA's records of ../shared/interop/pia.json, both ways. [envelope-37] [envelope-38] */
@Tag("once")
class PiaRecordsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static JsonNode file;
  private static byte[] umk;
  private static PiaRecords pia;

  @BeforeAll
  static void read() throws Exception {
    file = new ObjectMapper().readTree(SharedFiles.ofThisProject().interop("pia.json").toFile());
    umk = HEX.parseHex(file.required("umkHex").asText());
    pia = PiaRecords.with(UserMasterKey.of(umk));
  }

  @AfterAll
  static void wipe() {
    pia.close();
  }

  /** One record of the file. */
  private record Vector(
      String name, RecordContext context, PiaRecord record, String jsonText, String bodyHex) {
    static Vector of(JsonNode node) {
      return new Vector(
          node.required("name").asText(),
          RecordContext.of(
              node.required("userId").asText(),
              node.required("entityType").asText(),
              node.required("entityId").asText()),
          new PiaRecord(
              node.required("wrappedDek").asText(), node.required("encryptedPayload").asText()),
          node.required("jsonUtf8").asText(),
          node.required("gcmPlaintextHex").asText());
    }

    byte[] json() {
      return jsonText.getBytes(UTF_8);
    }

    byte[] body() {
      return HEX.parseHex(bodyHex);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() {
    List<Vector> all =
        StreamSupport.stream(file.required("records").spliterator(), false)
            .map(Vector::of)
            .toList();
    assertEquals(7, all.size());
    return all;
  }

  private static Vector vector(String name) {
    return vectors().stream().filter(v -> v.name.equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void opens(Vector v) throws Exception {
    assertArrayEquals(v.json(), pia.open(v.record, v.context));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void slicesOutOfAnEnvelopeToTheByte(Vector v) throws Exception {
    byte[] envelope = pia.toEnvelope(v.record, v.context);
    assertEquals(v.record, PiaRecords.fromEnvelope(envelope));
    try (Envelope under = Envelope.with(UserMasterKey.of(umk))) {
      assertArrayEquals(v.body(), under.open(envelope, v.context));
    }
  }

  /** What we write is opened here with the JDK alone, as the other system does. */
  @ParameterizedTest
  @MethodSource("vectors")
  void writesWhatTheOtherSystemOpens(Vector v) throws Exception {
    PiaRecord written = pia.seal(v.json(), v.context);
    assertNotEquals(v.record, written);
    assertEquals(80, written.wrappedDek().length());
    RecordContext c = v.context;
    byte[] dek =
        box(umk, written.wrappedDek(), "pia-dek-wrap-v1:" + c.entityType() + ":" + c.entityId());
    String aad = "pia-e2ee-v1:" + c.userId() + ":" + c.entityType() + ":" + c.entityId();
    byte[] body = box(dek, written.encryptedPayload(), aad);
    assertEquals(1, body[0]);
    var inflater =
        new java.util.zip.InflaterInputStream(
            new java.io.ByteArrayInputStream(body, 1, body.length - 1));
    assertArrayEquals(v.json(), inflater.readAllBytes());
    assertArrayEquals(v.json(), pia.open(written, c));
  }

  private static byte[] box(byte[] key, String base64, String aad) throws Exception {
    byte[] box = Base64.getDecoder().decode(base64);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, box, 0, 12));
    cipher.updateAAD(aad.getBytes(UTF_8));
    return cipher.doFinal(box, 12, box.length - 12);
  }

  /** Each negative of the file that is about records, by its name there. */
  @Test
  void refusesTheNegativesOfTheFile() {
    List<String> names =
        StreamSupport.stream(file.required("negative").spliterator(), false)
            .filter(n -> !n.required("opens").asBoolean())
            .map(n -> n.required("name").asText())
            .filter(n -> n.startsWith("record:"))
            .toList();
    assertEquals(4, names.size());
    Vector memory = vector("memory");
    Vector todo = vector("todo");
    RecordContext c = memory.context;
    for (String name : names) {
      switch (name) {
        case "record: other entity id" ->
            refused(memory.record, RecordContext.of(c.userId(), c.entityType(), "other"));
        case "record: other entity type" ->
            refused(memory.record, RecordContext.of(c.userId(), "todo", c.entityId()));
        case "record: other user" ->
            refused(memory.record, RecordContext.of("other", c.entityType(), c.entityId()));
        case "record: payload of one record with DEK of another" -> {
          PiaRecord mixed =
              new PiaRecord(todo.record.wrappedDek(), memory.record.encryptedPayload());
          refused(mixed, memory.context);
          refused(mixed, todo.context);
        }
        default -> throw new AssertionError("a negative that this test does not know: " + name);
      }
    }
  }

  private static void refused(PiaRecord record, RecordContext context) {
    assertThrows(AEADBadTagException.class, () -> pia.open(record, context));
  }

  /** The two that the format cannot refuse, and that PiaRecords' javadoc warns of. */
  @Test
  void cannotTellAReplayedPairAndDoesNotBindTheUserInTheWrap() throws Exception {
    Vector v = vector("memory");
    PiaRecord older = pia.seal("{\"v\":1}".getBytes(UTF_8), v.context);
    pia.seal("{\"v\":2}".getBytes(UTF_8), v.context);
    assertArrayEquals("{\"v\":1}".getBytes(UTF_8), pia.open(older, v.context));
    RecordContext otherUser =
        RecordContext.of("other", v.context.entityType(), v.context.entityId());
    byte[] envelope = pia.toEnvelope(v.record, otherUser);
    assertEquals(v.record, PiaRecords.fromEnvelope(envelope));
    refused(v.record, otherUser);
  }

  @Test
  void refusesEveryBitFlippedInBothParts() {
    Vector v = vector("memory");
    byte[] wrap = Base64.getDecoder().decode(v.record.wrappedDek());
    byte[] payload = Base64.getDecoder().decode(v.record.encryptedPayload());
    Base64.Encoder b64 = Base64.getEncoder();
    for (int bit = 0; bit < wrap.length * 8; bit++) {
      byte[] flipped = wrap.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refused(new PiaRecord(b64.encodeToString(flipped), v.record.encryptedPayload()), v.context);
    }
    for (int bit = 0; bit < payload.length * 8; bit++) {
      byte[] flipped = payload.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refused(new PiaRecord(v.record.wrappedDek(), b64.encodeToString(flipped)), v.context);
    }
  }

  static Stream<PiaRecord> malformed() {
    Vector v = vector("memory");
    String wrap = v.record.wrappedDek();
    String payload = v.record.encryptedPayload();
    String padded = payload.endsWith("=") ? payload : vector("long").record.encryptedPayload();
    Base64.Encoder b64 = Base64.getEncoder();
    return Stream.of(
        new PiaRecord("", payload),
        new PiaRecord(wrap, ""),
        new PiaRecord(wrap + "\n", payload),
        new PiaRecord(" " + wrap, payload),
        new PiaRecord(wrap.replace('+', '-').replace('/', '_') + "-", payload),
        new PiaRecord(wrap, padded.replace("=", "")),
        new PiaRecord(wrap, padded.replaceFirst("=", "==")),
        new PiaRecord(wrap, payload + "é"),
        new PiaRecord(b64.encodeToString(new byte[59]), payload),
        new PiaRecord(b64.encodeToString(new byte[61]), payload),
        new PiaRecord(wrap, b64.encodeToString(new byte[27])),
        new PiaRecord(wrap, nonZeroPaddingBits()));
  }

  /** "AB==" and "AA==" decode to the same byte; only the second is canonical. */
  private static String nonZeroPaddingBits() {
    String canonical = Base64.getEncoder().encodeToString(new byte[28]);
    return canonical.substring(0, canonical.length() - 3) + "B==";
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesWhatIsNotInTheFormat(PiaRecord record) {
    assertThrows(PiaFormatException.class, () -> pia.open(record, vector("memory").context));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a\nb", "a\u0000", "\u007f", "\u0085"})
  void refusesContextsThatItsColonsWouldConfuse(String part) {
    for (RecordContext c :
        List.of(
            RecordContext.of(part, "t", "i"),
            RecordContext.of("u", part, "i"),
            RecordContext.of("u", "t", part))) {
      assertThrows(IllegalArgumentException.class, () -> pia.seal(new byte[1], c));
      PiaRecord record = vector("memory").record;
      assertThrows(IllegalArgumentException.class, () -> pia.open(record, c));
    }
    RecordContext plain = RecordContext.of("u", "t", "i");
    for (RecordContext c : List.of(plain.withTenant("x"), plain.withRevision(1))) {
      assertThrows(IllegalArgumentException.class, () -> pia.seal(new byte[1], c));
    }
  }

  private static byte[] zlib(byte[] data) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1);
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
      deflate.write(data);
    }
    return out.toByteArray();
  }

  private static PiaRecord withBody(byte[] body) throws Exception {
    try (Envelope envelope = Envelope.with(UserMasterKey.of(umk))) {
      return PiaRecords.fromEnvelope(envelope.seal(body, vector("memory").context));
    }
  }

  @Test
  void inflatesUpToItsLimitAndNotAByteMore() throws Exception {
    RecordContext context = vector("memory").context;
    PiaRecord bomb = withBody(zlib(new byte[PiaRecords.DEFAULT_INFLATED_LIMIT + 1]));
    assertTrue(bomb.encryptedPayload().length() < 40_000);
    var error = assertThrows(PiaFormatException.class, () -> pia.open(bomb, context));
    assertTrue(error.getMessage().contains("more than"), error.getMessage());
    for (int limit : new int[] {1, 100, 8191, 8192, 8193, 20_000}) {
      try (PiaRecords bounded = PiaRecords.with(UserMasterKey.of(umk), limit)) {
        assertEquals(limit, bounded.open(withBody(zlib(new byte[limit])), context).length);
        PiaRecord over = withBody(zlib(new byte[limit + 1]));
        assertThrows(PiaFormatException.class, () -> bounded.open(over, context));
      }
    }
  }

  @Test
  void refusesBodiesThatAreCutOrFollowedByMore() throws Exception {
    RecordContext context = vector("memory").context;
    byte[] good = zlib("{\"a\":1}".getBytes(UTF_8));
    for (int length = 1; length < good.length; length++) {
      PiaRecord cut = withBody(Arrays.copyOf(good, length));
      assertThrows(PiaFormatException.class, () -> pia.open(cut, context));
    }
    PiaRecord longer = withBody(Arrays.copyOf(good, good.length + 1));
    assertThrows(PiaFormatException.class, () -> pia.open(longer, context));
    PiaRecord empty = withBody(new byte[0]);
    assertThrows(PiaFormatException.class, () -> pia.open(empty, context));
    byte[] dictionary = good.clone();
    dictionary[2] = (byte) 0xbb;
    PiaRecord asksForDictionary = withBody(dictionary);
    assertThrows(PiaFormatException.class, () -> pia.open(asksForDictionary, context));
  }

  @Test
  void isNotMadeFromAnEnvelopeWithoutContext() throws Exception {
    try (Envelope envelope = Envelope.with(UserMasterKey.of(umk))) {
      byte[] free = envelope.seal(new byte[1], new byte[0]);
      assertThrows(MalformedEnvelopeException.class, () -> PiaRecords.fromEnvelope(free));
    }
  }
}
