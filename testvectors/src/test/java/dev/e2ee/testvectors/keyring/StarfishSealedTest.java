package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.Starfish.bytes;
import static dev.e2ee.testvectors.keyring.Starfish.identity;
import static dev.e2ee.testvectors.keyring.Starfish.object;
import static dev.e2ee.testvectors.keyring.Starfish.stream;
import static dev.e2ee.testvectors.keyring.Starfish.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.interop.starfish.StarfishSealed;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Sealed envelopes: {@code sealed} of {@code starfish-keyring.json}, and our own. */
class StarfishSealedTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);
  private static final String ROOM = "invite:room-7";

  private static JsonNode cases;
  private static DeviceIdentity owner;
  private static DeviceIdentity bob;
  private static DeviceIdentity mallory;

  @BeforeAll
  static void read() throws Exception {
    cases = Starfish.file("starfish-keyring.json").required("sealed");
    owner = identity("owner");
    bob = identity("bob");
    mallory = identity("mallory");
  }

  @AfterAll
  static void close() {
    Stream.of(owner, bob, mallory).forEach(DeviceIdentity::close);
  }

  private static Signer signer(DeviceIdentity device) throws InvalidKeyException {
    return Signer.of(device.publicKeys());
  }

  private static Recipient recipient(DeviceIdentity device) throws InvalidKeyException {
    return Recipient.of(device.publicKeys());
  }

  private static ObjectNode blob(String name) {
    return object(
            stream(cases).filter(each -> text(each, "name").equals(name)).findFirst().orElseThrow(),
            "blob")
        .deepCopy();
  }

  /** Opens a vector, as its case says. */
  private interface Opening {
    byte[] open() throws Exception;
  }

  /** What the real client refuses, and as what we do. */
  private static final Map<String, Class<? extends GeneralSecurityException>> REFUSED =
      Map.of(
          "seal-aad-missing", KeyringFormatException.class,
          "seal-v-stripped-and-no-aad", AEADBadTagException.class,
          "seal-wrong-sealer", AEADBadTagException.class);

  private static Opening negative(String name) throws Exception {
    Signer sealer = signer(owner);
    return switch (name) {
      case "seal-aad-missing" -> () -> StarfishSealed.open(bytes(blob("seal-aad")), bob, sealer);
      case "seal-v-stripped-and-no-aad" ->
          () -> StarfishSealed.open(bytes(blob("seal-aad").without("v")), bob, sealer);
      case "seal-wrong-sealer" ->
          () -> StarfishSealed.open(bytes(blob("seal-noaad")), bob, signer(mallory));
      default -> throw new IllegalStateException("no test for the case " + name);
    };
  }

  @TestFactory
  Stream<DynamicTest> vectors() {
    return stream(cases)
        .map(c -> DynamicTest.dynamicTest(text(c, "name"), () -> asTheRealClientDoes(c)));
  }

  private static void asTheRealClientDoes(JsonNode c) throws Exception {
    String name = text(c, "name");
    if (c.has("realClient")) {
      assertFalse(c.required("realClient").required("ok").booleanValue());
      assertThrows(REFUSED.get(name), negative(name)::open);
      return;
    }
    try (DeviceIdentity recipient = identity(text(c, "recipient"));
        DeviceIdentity sealer = identity(text(c, "sealer"))) {
      byte[] sealed = bytes(c.required("blob"));
      byte[] opened =
          c.required("aad").isNull()
              ? StarfishSealed.open(sealed, recipient, signer(sealer))
              : StarfishSealed.open(sealed, recipient, signer(sealer), text(c, "aad"));
      assertEquals(text(c, "unsealed"), new String(opened, UTF_8));
    }
  }

  @Test
  void oursOpens() throws Exception {
    byte[] bare = StarfishSealed.seal(HELLO, recipient(bob), owner);
    byte[] bound = StarfishSealed.seal(HELLO, recipient(bob), owner, ROOM);
    assertArrayEquals(HELLO, StarfishSealed.open(bare, bob, signer(owner)));
    assertArrayEquals(HELLO, StarfishSealed.open(bound, bob, signer(owner), ROOM));
    assertFalse(Starfish.JSON.readTree(bare).has("v"));
    assertEquals(1, Starfish.JSON.readTree(bound).required("v").intValue());
  }

  /** An aad and a v belong together, whichever of them is missing. */
  @Test
  void aContextAndItsVersionBelongTogether() throws Exception {
    Signer sealer = signer(owner);
    byte[] bare = bytes(blob("seal-noaad"));
    byte[] bound = bytes(blob("seal-aad"));
    assertThrows(KeyringFormatException.class, () -> StarfishSealed.open(bare, bob, sealer, ROOM));
    assertThrows(KeyringFormatException.class, () -> StarfishSealed.open(bound, bob, sealer));
    assertThrows(
        AEADBadTagException.class,
        () -> StarfishSealed.open(bytes(blob("seal-noaad").put("v", 1)), bob, sealer, ROOM));
    assertThrows(
        AEADBadTagException.class, () -> StarfishSealed.open(bound, bob, sealer, ROOM + "0"));
    for (ObjectNode other :
        new ObjectNode[] {
          blob("seal-aad").put("v", 2),
          blob("seal-aad").put("v", "1"),
          blob("seal-aad").putNull("v")
        }) {
      assertThrows(
          KeyringFormatException.class, () -> StarfishSealed.open(bytes(other), bob, sealer, ROOM));
    }
  }

  @Test
  void isForOneRecipientByOneSealer() throws Exception {
    byte[] sealed = StarfishSealed.seal(HELLO, recipient(bob), owner);
    assertThrows(
        AEADBadTagException.class, () -> StarfishSealed.open(sealed, mallory, signer(owner)));
    assertThrows(AEADBadTagException.class, () -> StarfishSealed.open(sealed, bob, signer(bob)));
    // Mallory's own, under the owner's name.
    ObjectNode forged =
        (ObjectNode) Starfish.JSON.readTree(StarfishSealed.seal(HELLO, recipient(bob), mallory));
    object(forged, "entry").put("addedBy", signer(owner).key());
    assertThrows(
        AEADBadTagException.class, () -> StarfishSealed.open(bytes(forged), bob, signer(owner)));
  }

  /** A member of a keyring's epoch is no sealed envelope's recipient: the epoch is signed. */
  @Test
  void anEntryOfAKeyringIsNone() throws Exception {
    JsonNode keyring = Starfish.file("starfish-keyring.json").required("keyring");
    JsonNode entry =
        stream(keyring.required("epochs").required("1").required("wrappedKeys"))
            .filter(each -> text(each, "subKem").equals(recipientKey(bob)))
            .findFirst()
            .orElseThrow();
    ObjectNode sealed = blob("seal-noaad");
    sealed.set("entry", entry);
    assertThrows(
        AEADBadTagException.class, () -> StarfishSealed.open(bytes(sealed), bob, signer(owner)));
  }

  private static String recipientKey(DeviceIdentity device) {
    return Starfish.HEX.formatHex(device.publicKeys().agreementKey());
  }

  /** Each text, with its first character another: never opened, and refused as one of the two. */
  @Test
  void noPartOfItCanBeAltered() throws Exception {
    for (String member : new String[] {"subKem", "ephKem", "ct", "addedBy", "addedSig"}) {
      ObjectNode sealed = blob("seal-aad");
      ObjectNode entry = object(sealed, "entry");
      entry.put(member, altered(text(entry, member)));
      assertRefused(sealed);
    }
    ObjectNode later = blob("seal-aad");
    object(later, "entry").put("addedAt", 1);
    assertRefused(later);
    ObjectNode body = blob("seal-aad");
    assertRefused(body.put("ct", altered(text(body, "ct"))));
    assertRefused(blob("seal-aad").put("more", 1));
    assertRefused(blob("seal-aad").put("ct", Base64.getEncoder().encodeToString(new byte[27])));
  }

  private static void assertRefused(ObjectNode sealed) throws Exception {
    byte[] json = bytes(sealed);
    GeneralSecurityException e =
        assertThrows(
            GeneralSecurityException.class,
            () -> StarfishSealed.open(json, bob, signer(owner), ROOM));
    assertFalse(e instanceof InvalidKeyException);
  }

  private static String altered(String text) {
    return (text.charAt(0) == '1' ? '2' : '1') + text.substring(1);
  }

  @Test
  void otherCurvesAreRefused() throws Exception {
    try (DeviceIdentity p256 =
        DeviceIdentity.generate("p", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256)) {
      assertThrows(
          InvalidKeyException.class, () -> StarfishSealed.seal(HELLO, recipient(bob), p256));
      assertThrows(
          InvalidKeyException.class,
          () -> StarfishSealed.open(bytes(blob("seal-noaad")), p256, signer(owner)));
    }
  }

  @Test
  void theMostThatItHolds() throws Exception {
    assertThrows(
        IllegalArgumentException.class,
        () -> StarfishSealed.seal(new byte[StarfishSealed.MAX_LENGTH + 1], recipient(bob), owner));
    assertThrows(
        IllegalArgumentException.class,
        () -> StarfishSealed.seal(HELLO, recipient(bob), owner, ""));
  }
}
