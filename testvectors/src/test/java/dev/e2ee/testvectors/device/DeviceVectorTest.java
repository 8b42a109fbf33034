package dev.e2ee.testvectors.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.device.DeviceWrapCore;
import dev.e2ee.internal.device.DeviceWrapMessage;
import dev.e2ee.internal.device.JoinCore;
import dev.e2ee.internal.device.JoinMessages.Approval;
import dev.e2ee.internal.device.JoinMessages.Offer;
import dev.e2ee.internal.device.JoinMessages.Request;
import dev.e2ee.internal.device.JoinMessages.Reveal;
import dev.e2ee.internal.device.KeysInMemory;
import dev.e2ee.internal.format.CrockfordBase32;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.OwnVectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our vectors of {@code testvectors/spec/device.md}, made by a program that shares no code. */
class DeviceVectorTest {
  private static final Engine ENGINE = Engine.jdk();

  /** One test with its group's keys. */
  private record Vector(JsonNode keys, JsonNode json) {
    byte[] hex(String member) {
      return hexOf(json, member);
    }

    String text(String member) {
      return json.required(member).textValue();
    }

    boolean isValid() {
      return text("result").equals("valid");
    }

    Device device(String name) {
      return Device.of(keys.required(name));
    }

    KeyId keyId() {
      return KeyId.of(hex("keyId"));
    }

    @Override
    public String toString() {
      return json.required("tcId") + " " + text("comment");
    }
  }

  /** A device of the file, private keys and all. */
  private record Device(DevicePublicKeys open, CurveKeyPair agreement, CurveKeyPair signing) {
    static Device of(JsonNode json) {
      try {
        DevicePublicKeys keys = DevicePublicKeys.decode(hexOf(json, "publicKeys"));
        assertEquals(json.required("deviceId").textValue(), keys.deviceId());
        Curve agreement =
            json.required("agreement").textValue().equals("p256") ? Curve.P256 : Curve.X25519;
        Curve signing =
            json.required("signing").textValue().equals("p256") ? Curve.P256 : Curve.ED25519;
        return new Device(
            keys,
            pair(agreement, hexOf(json, "agreementPrivate"), keys.agreementKey()),
            pair(signing, hexOf(json, "signingPrivate"), keys.signingKey()));
      } catch (MalformedMessageException e) {
        throw new AssertionError(e);
      }
    }

    private static CurveKeyPair pair(Curve curve, byte[] secret, byte[] open) {
      return new CurveKeyPair(curve, SecretBytes.adopt(secret), open);
    }

    byte[] sign(byte[] message) {
      return KeysInMemory.signing(ENGINE, open.signingAlgorithm(), signing).sign(message);
    }
  }

  private static byte[] hexOf(JsonNode json, String member) {
    return HexFormat.of().parseHex(json.required(member).textValue());
  }

  private static JsonNode file() throws IOException {
    return new ObjectMapper().readTree(OwnVectors.read("device.json"));
  }

  private static List<Vector> vectors(String type) throws IOException {
    return stream(file().required("testGroups"))
        .filter(group -> group.required("type").textValue().equals(type))
        .flatMap(
            group ->
                stream(group.required("tests")).map(t -> new Vector(group.required("keys"), t)))
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private interface Check {
    void of(Vector vector) throws Exception;
  }

  private static Stream<DynamicTest> tests(String type, Check check) throws IOException {
    return vectors(type).stream()
        .map(v -> DynamicTest.dynamicTest(v.toString(), () -> check.of(v)));
  }

  @Test
  void nothingIsLeftOut() throws IOException {
    Set<String> types = new TreeSet<>();
    stream(file().required("testGroups")).forEach(g -> types.add(g.required("type").textValue()));
    assertEquals(Set.of("DeviceJoin", "DevicePublicKeys", "DeviceWrap"), types);
    int all = 0;
    for (String type : types) {
      all += vectors(type).size();
    }
    assertEquals(file().required("numberOfTests").intValue(), all);
  }

  /** [device-1] [device-2] [device-3] [device-4] */
  @TestFactory
  Stream<DynamicTest> publicKeys() throws IOException {
    return tests(
        "DevicePublicKeys",
        v -> {
          byte[] encoded = v.hex("publicKeys");
          if (v.isValid()) {
            assertArrayEquals(encoded, DevicePublicKeys.decode(encoded).encode());
          } else {
            assertThrows(MalformedMessageException.class, () -> DevicePublicKeys.decode(encoded));
          }
        });
  }

  private static SecretBytes unwrap(Vector v, byte[] wrap) throws Exception {
    Device target = v.device("target");
    return new DeviceWrapCore(ENGINE, v.text("userId"))
        .unwrap(
            DeviceWrapMessage.parse(wrap),
            KeysInMemory.agreement(ENGINE, target.agreement),
            target.open,
            v.device("approver").open);
  }

  /** [device-6] [device-7] [device-8] [device-9] [device-10] [device-11] */
  @TestFactory
  Stream<DynamicTest> wraps() throws IOException {
    return tests(
        "DeviceWrap",
        v -> {
          byte[] wrap = v.hex("wrap");
          if (v.isValid()) {
            opens(v, wrap);
          } else if (v.text("error").equals("malformed")) {
            assertThrows(MalformedMessageException.class, () -> unwrap(v, wrap));
          } else {
            assertEquals("not-authentic", v.text("error"));
            var error = assertThrows(AEADBadTagException.class, () -> unwrap(v, wrap));
            assertEquals(DeviceWrapCore.NOT_AUTHENTIC, error.getMessage());
          }
        });
  }

  private static void opens(Vector v, byte[] wrap) throws Exception {
    try (SecretBytes umk = unwrap(v, wrap)) {
      assertArrayEquals(v.hex("umk"), umk.copy());
    }
    DeviceWrapMessage message = DeviceWrapMessage.parse(wrap);
    assertEquals(v.keyId(), message.keyId());
    assertEquals(v.json.required("generation").intValue(), message.generation());
    if (v.json.has("intermediate")) {
      JsonNode intermediate = v.json.required("intermediate");
      byte[] written = wrapped(v, hexOf(intermediate, "ephemeral"));
      // An ECDSA signature is another one each time; Ed25519's is the same.
      boolean same = v.device("approver").signing.curve() == Curve.ED25519;
      int length = same ? wrap.length : wrap.length - Signatures.LENGTH;
      assertArrayEquals(Arrays.copyOf(wrap, length), Arrays.copyOf(written, length));
      try (SecretBytes umk = unwrap(v, written)) {
        assertArrayEquals(v.hex("umk"), umk.copy());
      }
    }
  }

  private static byte[] wrapped(Vector v, byte[] ephemeralKey) throws Exception {
    Device target = v.device("target");
    Device approver = v.device("approver");
    byte[] enc = new byte[target.open.agreementKey().length];
    System.arraycopy(v.hex("wrap"), 28, enc, 0, enc.length);
    try (CurveKeyPair ephemeral =
            new CurveKeyPair(target.agreement.curve(), SecretBytes.adopt(ephemeralKey), enc);
        SecretBytes umk = SecretBytes.adopt(v.hex("umk"))) {
      return new DeviceWrapCore(ENGINE, v.text("userId"))
          .wrapWithEphemeral(
              ephemeral,
              umk,
              v.keyId(),
              v.json.required("generation").intValue(),
              target.open,
              approver.open,
              KeysInMemory.signing(ENGINE, approver.open.signingAlgorithm(), approver.signing));
    }
  }

  /** [device-14] [device-17] [device-18] [device-21] */
  @TestFactory
  Stream<DynamicTest> handshakes() throws IOException {
    return tests(
        "DeviceJoin",
        v -> {
          JoinCore core = new JoinCore(ENGINE, v.text("userId"));
          Device next = v.device("newDevice");
          Device approver = v.device("approver");
          Request request = Request.parse(v.hex("request"));
          assertArrayEquals(core.commitment(next.open, v.hex("nonceN")), request.commitment());
          assertArrayEquals(v.hex("request"), request.encode());
          Offer offer = Offer.parse(v.hex("offer"));
          assertArrayEquals(core.hash(v.hex("request")), offer.requestHash());
          assertArrayEquals(v.hex("nonceA"), offer.nonce());
          assertEquals(approver.open, offer.approver());
          assertArrayEquals(v.hex("offer"), offer.encode());
          byte[] hash =
              core.transcriptHash(v.hex("request"), v.hex("offer"), next.open, v.hex("nonceN"));
          assertArrayEquals(v.hex("transcriptHash"), hash);
          assertEquals(
              v.text("fingerprint"),
              new String(CrockfordBase32.grouped(CrockfordBase32.symbols(hash, 16))));
          Reveal reveal = Reveal.parse(v.hex("reveal"));
          assertArrayEquals(core.hash(v.hex("offer")), reveal.offerHash());
          assertEquals(next.open, reveal.device());
          byte[] revealed = JoinCore.revealSigned(hash);
          assertEquals(true, core.isSignedBy(next.open, revealed, reveal.signature()));
          assertEquals(true, core.isSignedBy(next.open, revealed, next.sign(revealed)));
          assertEquals(false, core.isSignedBy(approver.open, revealed, reveal.signature()));
          Approval approval = Approval.parse(v.hex("approval"));
          assertArrayEquals(hash, approval.transcriptHash());
          byte[] approved = JoinCore.approvalSigned(hash, approval.wrap());
          assertEquals(true, core.isSignedBy(approver.open, approved, approval.signature()));
          try (SecretBytes umk =
              new DeviceWrapCore(ENGINE, v.text("userId"))
                  .unwrap(
                      DeviceWrapMessage.parse(approval.wrap()),
                      KeysInMemory.agreement(ENGINE, next.agreement),
                      next.open,
                      approver.open)) {
            assertArrayEquals(v.hex("umk"), umk.copy());
            assertArrayEquals(
                offer.umkCommitment(),
                new DeviceWrapCore(ENGINE, v.text("userId")).commitment(umk));
          }
        });
  }
}
