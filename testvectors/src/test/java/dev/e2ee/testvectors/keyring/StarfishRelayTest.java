package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.Starfish.bytes;
import static dev.e2ee.testvectors.keyring.Starfish.hex;
import static dev.e2ee.testvectors.keyring.Starfish.identity;
import static dev.e2ee.testvectors.keyring.Starfish.object;
import static dev.e2ee.testvectors.keyring.Starfish.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.interop.starfish.PairingRefusedException;
import dev.e2ee.interop.starfish.PairingRefusedException.Reason;
import dev.e2ee.interop.starfish.StarfishBundle;
import dev.e2ee.interop.starfish.StarfishNewDevice;
import dev.e2ee.interop.starfish.StarfishRelay;
import dev.e2ee.interop.starfish.StarfishRelayCode;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code relay} of {@code starfish-pairing.json}, and our own messages. */
@Tag("once")
class StarfishRelayTest {
  private JsonNode file;
  private JsonNode relay;
  private DeviceIdentity device;
  private StarfishRelayCode code;
  private StarfishNewDevice asked;

  @BeforeEach
  void read() throws Exception {
    file = Starfish.file("starfish-pairing.json");
    relay = file.required("relay");
    device = identity("dave");
    code = code(text(relay, "code"));
    StarfishNewDevice drawn = StarfishNewDevice.of(device);
    asked =
        new StarfishNewDevice(
            drawn.signer(), drawn.recipient(), text(relay.required("request"), "requestNonce"));
  }

  @AfterEach
  void close() {
    device.close();
    code.close();
  }

  private static StarfishRelayCode code(String text) {
    return StarfishRelayCode.of(text.toCharArray());
  }

  @Test
  void readsTheRealClients() throws Exception {
    assertEquals(asked, StarfishRelay.openRequest(bytes(relay.required("request")), code));
    StarfishBundle bundle =
        StarfishRelay.openResponse(bytes(relay.required("response")), asked, code);
    assertEquals(file.required("bundle"), Starfish.JSON.readTree(bundle.write()));
  }

  @Test
  void anotherCodeOpensNothing() {
    try (StarfishRelayCode other = code("482932")) {
      assertThrows(
          AEADBadTagException.class,
          () -> StarfishRelay.openRequest(bytes(relay.required("request")), other));
      assertThrows(
          AEADBadTagException.class,
          () -> StarfishRelay.openResponse(bytes(relay.required("response")), asked, other));
    }
  }

  @Test
  void anotherRequestsAnswerIsRefused() throws Exception {
    StarfishNewDevice again = StarfishNewDevice.of(device);
    assertNotEquals(asked.nonce(), again.nonce());
    PairingRefusedException e =
        assertThrows(
            PairingRefusedException.class,
            () -> StarfishRelay.openResponse(bytes(relay.required("response")), again, code));
    assertEquals(Reason.OTHER_PAIRING, e.reason());
  }

  /** A request is no response: both are under one key, and have other members. */
  @Test
  void oneMessageIsNotTheOther() throws Exception {
    assertThrows(
        KeyringFormatException.class,
        () -> StarfishRelay.openResponse(bytes(relay.required("request")), asked, code));
    assertThrows(
        KeyringFormatException.class,
        () -> StarfishRelay.openRequest(bytes(relay.required("response")), code));
  }

  /** Who has the code, but not the device's private key, puts another agreement key in. */
  @Test
  void bothKeysAreTheDevices() throws Exception {
    try (DeviceIdentity mallory = identity("mallory")) {
      ObjectNode inside = (ObjectNode) Starfish.JSON.readTree(opened(relay.required("request")));
      inside.put("devKemPub", Recipient.of(mallory.publicKeys()).key());
      byte[] message = sealed(inside);
      PairingRefusedException e =
          assertThrows(
              PairingRefusedException.class, () -> StarfishRelay.openRequest(message, code));
      assertEquals(Reason.NOT_SIGNED, e.reason());
    }
  }

  /** As the design says it: whoever has the code poses as the device, with both keys. */
  @Test
  void whoHasTheCodePosesAsTheDevice() throws Exception {
    try (DeviceIdentity mallory = identity("mallory")) {
      StarfishNewDevice posing = StarfishNewDevice.of(mallory);
      byte[] message = StarfishRelay.requestInsecurely(mallory, posing, code);
      StarfishNewDevice read = StarfishRelay.openRequest(message, code);
      assertEquals(posing, read);
      JsonNode taken = relay.required("knowsCodeSubstitutesBothKeys").required("value");
      assertEquals(text(taken, "devEdPub"), read.signer().key());
      assertEquals(text(taken, "devKemPub"), read.recipient().key());
    }
  }

  private Cipher cipher(int mode, byte[] iv) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    SecretKeySpec key = new SecretKeySpec(hex(relay, "codeKey"), "AES");
    cipher.init(mode, key, new GCMParameterSpec(128, iv));
    return cipher;
  }

  private byte[] opened(JsonNode message) throws Exception {
    byte[] iv = Base64.getDecoder().decode(text(message, "iv"));
    return cipher(Cipher.DECRYPT_MODE, iv).doFinal(Base64.getDecoder().decode(text(message, "ct")));
  }

  private byte[] sealed(JsonNode inside) throws Exception {
    ObjectNode message = object(relay, "request").deepCopy();
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, new byte[12]).doFinal(bytes(inside));
    message.put("iv", Base64.getEncoder().encodeToString(new byte[12]));
    message.put("ct", Base64.getEncoder().encodeToString(sealed));
    return bytes(message);
  }

  @Test
  void oursFromItsBeginning() throws Exception {
    try (StarfishRelayCode drawn = StarfishRelayCode.generate()) {
      char[] told = drawn.text();
      try (StarfishRelayCode typed = StarfishRelayCode.of(told)) {
        StarfishNewDevice asking = StarfishNewDevice.of(device);
        byte[] request = StarfishRelay.request(device, asking, drawn);
        StarfishNewDevice read = StarfishRelay.openRequest(request, typed);
        assertEquals(asking, read);
        StarfishBundle bundle = StarfishBundle.read(bytes(file.required("bundle")));
        byte[] response = StarfishRelay.response(bundle, read, typed);
        assertArrayEquals(
            bundle.write(), StarfishRelay.openResponse(response, asking, drawn).write());
        assertFalse(drawn.toString().contains(new String(told)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"482931", "1234567890123456789", "abcdefghijklmno"})
  void aShortCodeWritesNothing(String text) throws Exception {
    try (StarfishRelayCode weak = code(text)) {
      StarfishBundle bundle = StarfishBundle.read(bytes(file.required("bundle")));
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> StarfishRelay.request(device, asked, weak));
      assertFalse(String.valueOf(e.getMessage()).contains(text));
      assertThrows(
          IllegalArgumentException.class, () -> StarfishRelay.response(bundle, asked, weak));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"12345678901234567890", "abcdefghijklmnop", "123456789012345a"})
  void aLongOneDoes(String text) throws Exception {
    try (StarfishRelayCode strong = code(text)) {
      assertEquals(
          asked, StarfishRelay.openRequest(StarfishRelay.request(device, asked, strong), strong));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12 34", "ünf", "1\n"})
  void whatIsNoCode(String text) {
    assertThrows(IllegalArgumentException.class, () -> code(text));
  }

  @Test
  void aClosedCodeIsGone() {
    code.close();
    assertThrows(
        IllegalStateException.class,
        () -> StarfishRelay.openRequest(bytes(relay.required("request")), code));
  }

  @Test
  void whatIsNoMessage() throws Exception {
    ObjectNode request = object(relay, "request");
    for (ObjectNode bad :
        new ObjectNode[] {
          request.deepCopy().put("v", 2),
          request.deepCopy().put("iv", "AAAA"),
          request.deepCopy().put("requestNonce", "AAAA"),
          request.deepCopy().put("requestNonce", text(request, "requestNonce").replace("=", "")),
          request.deepCopy().without("ct")
        }) {
      assertThrows(KeyringFormatException.class, () -> StarfishRelay.openRequest(bytes(bad), code));
    }
    assertThrows(
        KeyringFormatException.class, () -> StarfishRelay.openRequest("{".getBytes(UTF_8), code));
  }
}
