package dev.e2ee.testvectors.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.invite.CipherState;
import dev.e2ee.internal.invite.Handshake;
import dev.e2ee.internal.invite.InviteExchange;
import dev.e2ee.internal.invite.InviteExchange.Agreed;
import dev.e2ee.internal.invite.InviteSecret;
import dev.e2ee.internal.invite.InviteState;
import dev.e2ee.internal.invite.InviteState.Side;
import dev.e2ee.internal.invite.Split;
import dev.e2ee.invite.InvalidInviteCodeException;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteAcceptance;
import dev.e2ee.invite.InviteCode;
import dev.e2ee.invite.InviteRefusedException;
import dev.e2ee.invite.Pairing;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.testvectors.OwnVectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our vectors of {@code testvectors/spec/invite.md}, made by a program that shares no code. */
class InviteVectorTest {
  private static final Engine ENGINE = Engine.jdk();

  private interface Check {
    void of(Vector vector) throws Exception;
  }

  /** One test with its group's keys. */
  private record Vector(JsonNode keys, JsonNode json) {
    String text(String member) {
      return json.required(member).textValue();
    }

    byte[] hex(String member) {
      return hexOf(json, member);
    }

    boolean isValid() {
      return text("result").equals("valid");
    }

    InviteSecret secret() {
      return InviteSecret.of(code());
    }

    byte[] code() {
      return ByteBuffer.allocate(20)
          .put(hex("secret"))
          .putInt((int) json.required("expiry").longValue())
          .array();
    }

    CurveKeyPair ephemeral(String member) throws GeneralSecurityException {
      return pair(hex(member));
    }

    DeviceIdentity device(String name) throws GeneralSecurityException {
      JsonNode of = keys.required(name);
      return DeviceIdentity.of(
          DevicePublicKeys.decode(hexOf(of, "publicKeys")),
          hexOf(of, "agreementPrivate"),
          hexOf(of, "signingPrivate"));
    }

    @Override
    public String toString() {
      return json.required("tcId") + " " + text("comment");
    }
  }

  private static byte[] hexOf(JsonNode json, String member) {
    return HexFormat.of().parseHex(json.required(member).textValue());
  }

  private static CurveKeyPair pair(byte[] privateKey) throws GeneralSecurityException {
    return CurveKeyPair.ofPrivate(ENGINE, Curve.X25519, SecretBytes.adopt(privateKey));
  }

  private static JsonNode file() throws IOException {
    return new ObjectMapper().readTree(OwnVectors.read("invite.json"));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<Vector> vectors(String type) throws IOException {
    return stream(file().required("testGroups"))
        .filter(group -> group.required("type").textValue().equals(type))
        .flatMap(
            group ->
                stream(group.required("tests"))
                    .map(json -> new Vector(group.required("keys"), json)))
        .toList();
  }

  private static Stream<DynamicTest> tests(String type, Check check) throws IOException {
    return vectors(type).stream()
        .map(vector -> DynamicTest.dynamicTest(vector.toString(), () -> check.of(vector)));
  }

  @Test
  void nothingIsLeftOut() throws IOException {
    assertEquals(
        file().required("numberOfTests").intValue(),
        vectors("InviteCode").size()
            + vectors("InviteExchange").size()
            + vectors("NoiseNNpsk0").size());
  }

  /** [invite-2] [invite-3] [invite-4] [invite-5] */
  @TestFactory
  Stream<DynamicTest> codes() throws IOException {
    return tests(
        "InviteCode",
        v -> {
          char[] typed = v.text("typed").toCharArray();
          Instant now = Instant.ofEpochSecond(v.json.required("now").longValue());
          Clock clock = Clock.fixed(now, ZoneOffset.UTC);
          if (!v.isValid()) {
            InvalidInviteCodeException refused =
                assertThrows(
                    InvalidInviteCodeException.class, () -> InviteCode.parse(typed, clock));
            assertEquals(v.text("error"), named(refused.reason()));
            return;
          }
          try (InviteCode code = InviteCode.parse(typed, clock)) {
            assertEquals(
                60 * v.json.required("expiry").longValue(), code.expires().getEpochSecond());
            String text = new String(code.text());
            assertArrayEquals(v.hex("secret"), secretOf(text));
            assertEquals(asWritten(v.text("typed")), text);
          }
        });
  }

  private static String asWritten(String typed) {
    String symbols =
        typed
            .toUpperCase(Locale.ROOT)
            .replaceAll("[-\\s]", "")
            .replace('O', '0')
            .replaceAll("[IL]", "1");
    return String.join("-", symbols.split("(?<=\\G.{4})"));
  }

  /** Without our reader: symbols 3 to 34, five bits each. */
  private static byte[] secretOf(String text) {
    String symbols = text.replace("-", "");
    byte[] bytes = new byte[16];
    for (int bit = 0; bit < 128; bit++) {
      int symbol = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(symbols.charAt(2 + bit / 5));
      bytes[bit / 8] |= (byte) ((symbol >> (4 - bit % 5) & 1) << (7 - bit % 8));
    }
    return bytes;
  }

  private static String named(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** [invite-6] The protocol itself, against vectors of another project. */
  @TestFactory
  Stream<DynamicTest> noise() throws IOException {
    return tests(
        "NoiseNNpsk0",
        v -> {
          try (CurveKeyPair i = v.ephemeral("initiatorEphemeral");
              CurveKeyPair r = v.ephemeral("responderEphemeral")) {
            session(v, i, r, i, r.publicKey());
            session(v, i, r, r, i.publicKey());
          }
        });
  }

  private static void session(
      Vector v, CurveKeyPair i, CurveKeyPair r, CurveKeyPair own, byte[] peer)
      throws GeneralSecurityException {
    List<JsonNode> messages = stream(v.json.required("messages")).toList();
    try (Handshake handshake = new Handshake(ENGINE, v.hex("prologue"));
        SecretBytes psk = SecretBytes.adopt(v.hex("psk"))) {
      handshake.first(psk, i.publicKey());
      says(messages.get(0), i.publicKey(), handshake.seal(hexOf(messages.get(0), "payload")));
      assertArrayEquals(v.hex("hashAfterFirst"), handshake.hash());
      handshake.second(r.publicKey(), own, peer);
      says(messages.get(1), r.publicKey(), handshake.seal(hexOf(messages.get(1), "payload")));
      try (Split split = handshake.split()) {
        for (int at = 2; at < messages.size(); at++) {
          CipherState cipher = at % 2 == 0 ? split.fromInitiator() : split.fromResponder();
          byte[] payload = hexOf(messages.get(at), "payload");
          says(messages.get(at), new byte[0], cipher.encryptWithAd(new byte[0], payload));
        }
      }
    }
  }

  private static void says(JsonNode message, byte[] e, byte[] sealed) {
    assertArrayEquals(
        hexOf(message, "ciphertext"),
        ByteBuffer.allocate(e.length + sealed.length).put(e).put(sealed).array());
  }

  /** [invite-7] [invite-8] [invite-9] [invite-10] [invite-11] [invite-16] */
  @TestFactory
  Stream<DynamicTest> exchanges() throws IOException {
    return tests(
        "InviteExchange",
        v -> {
          try (DeviceIdentity accepter = v.device("accepter");
              DeviceIdentity inviter = v.device("inviter");
              Envelope custody = Envelope.with(UserMasterKey.of(new byte[32]))) {
            derives(v);
            if (v.isValid()) {
              agrees(v, accepter, inviter, custody);
              if (inviter.publicKeys().signingAlgorithm() == SigningAlgorithm.ED25519) {
                writes(v, accepter, inviter);
              }
            } else {
              refuses(v, accepter, inviter, custody);
            }
          }
        });
  }

  private static void derives(Vector v) {
    try (InviteSecret secret = v.secret();
        SecretBytes psk = secret.psk(ENGINE);
        SecretBytes expected = SecretBytes.adopt(v.hex("psk"))) {
      assertArrayEquals(v.hex("inviteId"), secret.id(ENGINE));
      assertEquals(true, psk.sameBytes(expected), "psk");
      if (v.isValid()) {
        assertArrayEquals(
            hexOf(v.json.required("intermediate"), "prologue"), secret.prologue(v.hex("inviteId")));
      }
    }
  }

  /** Both sides, resumed where the vector's messages leave them. */
  private static void agrees(
      Vector v, DeviceIdentity accepter, DeviceIdentity inviter, Envelope custody)
      throws GeneralSecurityException {
    try (InviteAcceptance acceptance = acceptance(v, accepter, custody);
        Invite taken = taken(v, inviter, custody);
        Invite open = open(v, inviter, custody)) {
      open.receive(v.hex("request"));
      assertEquals(accepter.publicKeys(), open.accepter());
      acceptance.receive(v.hex("answer"));
      acceptance.save(custody);
      assertArrayEquals(v.hex("confirmation"), acceptance.confirmation());
      try (Pairing one = acceptance.pairing();
          Pairing two = taken.confirm(v.hex("confirmation"))) {
        assertEquals(inviter.publicKeys(), one.peer());
        assertEquals(accepter.publicKeys(), two.peer());
        for (Pairing pairing : List.of(one, two)) {
          assertArrayEquals(v.hex("payload"), pairing.payload());
          assertArrayEquals(v.hex("dataKey"), pairing.dataKey().copy());
        }
      }
    }
  }

  /** The same bytes: Ed25519 signs a message in one way only. */
  private static void writes(Vector v, DeviceIdentity accepter, DeviceIdentity inviter)
      throws GeneralSecurityException {
    try (InviteSecret secret = v.secret();
        CurveKeyPair a = v.ephemeral("ephemeralA");
        CurveKeyPair i = v.ephemeral("ephemeralI")) {
      InviteExchange exchange = new InviteExchange(ENGINE, secret);
      byte[] request = exchange.request(a, accepter.publicKeys(), accepter.keys().signing());
      assertArrayEquals(v.hex("request"), request);
      byte[] answer =
          exchange.answer(
              request, i, inviter.publicKeys(), inviter.keys().signing(), v.hex("payload"));
      assertArrayEquals(v.hex("answer"), answer);
      try (Agreed agreed = exchange.agreedByInviter(request, answer, i)) {
        assertArrayEquals(v.hex("handshakeHash"), agreed.split().handshakeHash());
        assertArrayEquals(
            hexOf(v.json.required("intermediate"), "exported"), agreed.split().export().copy());
      }
    }
  }

  private static void refuses(
      Vector v, DeviceIdentity accepter, DeviceIdentity inviter, Envelope custody)
      throws GeneralSecurityException {
    byte[] message = v.hex("message");
    switch (v.text("step")) {
      case "request" -> {
        try (Invite invite = open(v, inviter, custody)) {
          refused(v, () -> invite.receive(message));
          assertEquals(false, invite.isTaken());
        }
      }
      case "answer" -> {
        try (InviteAcceptance acceptance = acceptance(v, accepter, custody)) {
          refused(v, () -> acceptance.receive(message));
          assertEquals(false, acceptance.isAnswered());
        }
      }
      case "confirmation" -> {
        try (Invite invite = taken(v, inviter, custody)) {
          refused(v, () -> invite.confirm(message));
        }
      }
      default -> throw new AssertionError("no such step: " + v.text("step"));
    }
  }

  private interface Attempt {
    void run() throws GeneralSecurityException;
  }

  private static void refused(Vector v, Attempt attempt) {
    if (v.text("error").equals("malformed")) {
      assertThrows(MalformedMessageException.class, attempt::run);
    } else {
      assertEquals(
          v.text("error"),
          named(assertThrows(InviteRefusedException.class, attempt::run).reason()));
    }
  }

  private static Clock before(Vector v) {
    long expiry = v.json.required("expiry").longValue();
    return Clock.fixed(Instant.ofEpochSecond(60 * expiry - 1), ZoneOffset.UTC);
  }

  private static byte[] state(
      Vector v, Side side, String ephemeral, DeviceIdentity device, Envelope custody) {
    List<byte[]> messages =
        Stream.of("request", "answer")
            .filter(name -> ephemeral.equals("ephemeralI") || name.equals("request"))
            .map(v::hex)
            .toList();
    try (InviteSecret secret = v.secret();
        SecretBytes key = SecretBytes.adopt(v.hex(ephemeral))) {
      return new InviteState(side, false, secret, key, messages)
          .seal(custody, device.publicKeys().deviceId());
    }
  }

  private static Invite open(Vector v, DeviceIdentity inviter, Envelope custody)
      throws GeneralSecurityException {
    try (InviteSecret secret = v.secret()) {
      byte[] saved =
          new InviteState(Side.INVITER, false, secret, null, List.of())
              .seal(custody, inviter.publicKeys().deviceId());
      return Invite.resume(inviter, custody, saved, before(v));
    }
  }

  private static Invite taken(Vector v, DeviceIdentity inviter, Envelope custody)
      throws GeneralSecurityException {
    return Invite.resume(
        inviter, custody, state(v, Side.INVITER, "ephemeralI", inviter, custody), before(v));
  }

  private static InviteAcceptance acceptance(Vector v, DeviceIdentity accepter, Envelope custody)
      throws GeneralSecurityException {
    return InviteAcceptance.resume(
        accepter, custody, state(v, Side.ACCEPTER, "ephemeralA", accepter, custody));
  }
}
