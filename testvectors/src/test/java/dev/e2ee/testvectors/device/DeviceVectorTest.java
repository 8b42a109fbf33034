package dev.e2ee.testvectors.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.device.DeviceApproval;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DeviceJoin;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.JoinRefusedException;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.device.DeviceWrapCore;
import dev.e2ee.internal.device.DeviceWrapMessage;
import dev.e2ee.internal.device.JoinCore;
import dev.e2ee.internal.device.JoinMessages.Offer;
import dev.e2ee.internal.device.JoinState;
import dev.e2ee.internal.device.JoinState.Side;
import dev.e2ee.internal.device.KeysInMemory;
import dev.e2ee.key.UserMasterKey;
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

  /** Both sides of a handshake with the file's nonces, as if they had been saved. */
  private static final class Handshake {
    private final Vector v;
    private final Envelope envelope;
    private final DeviceIdentity next;
    private final DeviceIdentity old;

    Handshake(Vector v, Envelope envelope) throws Exception {
      this.v = v;
      this.envelope = envelope;
      this.next = identity("newDevice");
      this.old = identity("approver");
    }

    private DeviceIdentity identity(String name) throws Exception {
      Device device = v.device(name);
      return DeviceIdentity.of(
          device.open, device.agreement.privateKey().copy(), device.signing.privateKey().copy());
    }

    private byte[] state(Side side, DeviceIdentity identity, byte[] nonce, List<byte[]> messages) {
      return new JoinState(side, v.text("userId"), nonce, false, messages)
          .seal(envelope, identity.publicKeys().deviceId());
    }

    DeviceJoin join() throws Exception {
      byte[] saved = state(Side.NEW_DEVICE, next, v.hex("nonceN"), List.of(v.hex("request")));
      return DeviceJoin.resume(next, new DeviceRegistry(), envelope, saved);
    }

    /** One that has taken the offer, and whose person has confirmed. */
    DeviceJoin confirmed() throws Exception {
      DeviceJoin join = join();
      join.receive(v.hex("offer"));
      join.confirm(join.fingerprint().toString());
      return join;
    }

    DeviceApproval approval() throws Exception {
      byte[] saved =
          state(Side.APPROVER, old, v.hex("nonceA"), List.of(v.hex("request"), v.hex("offer")));
      return DeviceApproval.resume(old, new DeviceRegistry(), envelope, saved);
    }

    UserMasterKey umk() {
      return UserMasterKey.of(v.hex("umk"), v.keyId(), v.json.required("generation").intValue());
    }

    /** Message 2 as this side computes it. */
    byte[] offer() {
      try (SecretBytes umk = SecretBytes.adopt(v.hex("umk"))) {
        return new Offer(
                new JoinCore(ENGINE, v.text("userId")).hash(v.hex("request")),
                v.hex("nonceA"),
                new DeviceWrapCore(ENGINE, v.text("userId")).commitment(umk),
                old.publicKeys())
            .encode();
      }
    }

    /** Gives the message to the side whose turn it is. */
    void give(String step, byte[] message) throws Exception {
      switch (step) {
        case "offer" -> join().receive(message);
        case "reveal" -> approval().receive(message);
        case "approval" -> confirmed().finish(message);
        default -> throw new AssertionError(step);
      }
    }
  }

  /** [device-14] [device-17] [device-18] [device-21] [device-22] */
  @TestFactory
  Stream<DynamicTest> handshakes() throws IOException {
    return tests(
        "DeviceJoin",
        v -> {
          try (Envelope envelope = Envelope.with(UserMasterKey.of(new byte[32]))) {
            Handshake handshake = new Handshake(v, envelope);
            if (v.isValid()) {
              goesThrough(v, handshake);
            } else {
              Class<? extends Exception> error =
                  v.text("error").equals("malformed")
                      ? MalformedMessageException.class
                      : JoinRefusedException.class;
              assertThrows(error, () -> handshake.give(v.text("step"), v.hex("message")));
            }
          }
        });
  }

  private static void goesThrough(Vector v, Handshake handshake) throws Exception {
    assertArrayEquals(v.hex("request"), handshake.join().request());
    DeviceApproval approval = handshake.approval();
    assertArrayEquals(v.hex("offer"), handshake.offer());
    approval.receive(v.hex("reveal"));
    assertEquals(v.text("fingerprint"), approval.fingerprint().toString());
    assertEquals(v.device("newDevice").open, approval.device());
    DeviceJoin join = handshake.confirmed();
    assertEquals(v.text("fingerprint"), join.fingerprint().toString());
    assertArrayEquals(v.hex("umk"), join.finish(v.hex("approval")).umk().getEncoded());
    JoinCore core = new JoinCore(ENGINE, v.text("userId"));
    assertArrayEquals(
        v.hex("transcriptHash"),
        core.transcriptHash(
            v.hex("request"), v.hex("offer"), v.device("newDevice").open, v.hex("nonceN")));
    // And what we say in its place.
    DeviceJoin ours = handshake.confirmed();
    DeviceApproval theirs = handshake.approval();
    theirs.receive(ours.reveal());
    byte[] message = theirs.approve(v.text("fingerprint"), handshake.umk()).message();
    assertArrayEquals(v.hex("umk"), ours.finish(message).umk().getEncoded());
  }
}
