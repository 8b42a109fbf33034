package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static dev.e2ee.testvectors.hostile.KeyringAttacks.JSON;
import static dev.e2ee.testvectors.hostile.KeyringAttacks.bytes;
import static dev.e2ee.testvectors.hostile.KeyringAttacks.device;
import static dev.e2ee.testvectors.hostile.StarfishAttacks.ABOUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.interop.starfish.PairingRefusedException;
import dev.e2ee.interop.starfish.PairingRefusedException.Reason;
import dev.e2ee.interop.starfish.StarfishBundle;
import dev.e2ee.interop.starfish.StarfishNewDevice;
import dev.e2ee.interop.starfish.StarfishPassphrase;
import dev.e2ee.interop.starfish.StarfishRelay;
import dev.e2ee.interop.starfish.StarfishRelayCode;
import dev.e2ee.interop.starfish.StarfishScope;
import dev.e2ee.interop.starfish.StarfishSealed;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * What a server tries that carries Starfish's pairings, sealed envelopes and passphrase envelopes.
 */
final class StarfishPairingAttacks implements Attacks {
  private static final String STARFISH = "provider/src/main/java/dev/e2ee/interop/starfish/";
  private static final String NOTES = "notes";
  private static final StarfishScope SCOPE = StarfishScope.of(List.of("read"), List.of(NOTES));
  private static final byte[] SECRET = "a key of somebody's".getBytes(UTF_8);

  private final DeviceIdentity root = device("root");
  private final DeviceIdentity phone = device("phone");
  private final DeviceIdentity mallory = device("mallory");
  private final Path folder;
  private final Keyring roots;
  private final Keyring phones;
  private final StarfishNewDevice asked;
  private final byte[] bundle;
  private final byte[] envelope;
  private final StarfishRelayCode code = StarfishRelayCode.generate();

  /** The phone is a member of the keyring, and the root makes it a bundle. */
  StarfishPairingAttacks(Path parent) throws Exception {
    this.folder = Files.createTempDirectory(parent, "pairing-");
    TrustStore trust = trust();
    try (Keyring created = Keyring.create(NOTES, root, trust()).published();
        KeyringChange added = created.add(Recipient.of(phone.publicKeys()))) {
      roots = added.published();
      trust.pin(NOTES, signer(root));
      phones = Keyring.open(added.document(), NOTES, phone, trust);
    }
    asked = StarfishNewDevice.of(phone);
    bundle = bundle(root, asked, roots);
    envelope = StarfishSealed.seal(SECRET, Recipient.of(phone.publicKeys()), root);
  }

  private TrustStore trust() throws Exception {
    return FileTrustStore.at(Files.createTempDirectory(folder, "trust-").resolve("t"));
  }

  private static Signer signer(DeviceIdentity device) throws Exception {
    return Signer.of(device.publicKeys());
  }

  private static byte[] bundle(DeviceIdentity by, StarfishNewDevice device, Keyring keyring)
      throws Exception {
    StarfishScope scope = StarfishScope.of(List.of("read"), List.of(keyring.collection()));
    return StarfishBundle.assemble(
            by, device, scope, List.of(keyring), Instant.now(), Duration.ofDays(1))
        .write();
  }

  private void install(byte[] served, Instant now) throws Exception {
    StarfishBundle read = StarfishBundle.read(served);
    assertEquals(SCOPE, read.install(phone, asked, signer(root), List.of(phones), now).scope());
  }

  private String notInstalled(Reason reason, byte[] served, Instant now) throws Exception {
    install(bundle, Instant.now());
    PairingRefusedException e =
        assertThrows(PairingRefusedException.class, () -> install(served, now));
    assertEquals(reason, e.reason());
    return reason + ": " + e.getMessage();
  }

  private Attack bundle(Reason reason, String what, byte[] served, Integer threat) {
    return Attack.of(ABOUT, what, () -> notInstalled(reason, served, Instant.now()), threat);
  }

  private ObjectNode tree() throws Exception {
    return (ObjectNode) JSON.readTree(bundle);
  }

  private static ObjectNode member(ObjectNode node, String name) {
    return (ObjectNode) node.required(name);
  }

  @Override
  public List<Attack> attacks() throws Exception {
    List<Attack> attacks = new ArrayList<>(bundles());
    attacks.addAll(relay());
    attacks.addAll(sealed());
    return attacks;
  }

  private List<Attack> bundles() throws Exception {
    ObjectNode exchanged = tree();
    ObjectNode more = tree();
    byte[] hers;
    try (Keyring own = Keyring.create(NOTES, mallory, trust()).published()) {
      hers = bundle(mallory, asked, own);
    }
    ObjectNode its = member((ObjectNode) JSON.readTree(hers), "wrappedCEKs");
    exchanged.set("wrappedCEKs", its);
    member(more, "wrappedCEKs").set("tasks", its.required(NOTES));
    ObjectNode less = tree();
    member(less, "wrappedCEKs").remove(NOTES);
    ObjectNode wider = tree();
    member(member(wider, "capCert"), "scope").putArray("ops").add("read").add("write");
    ObjectNode renamed = tree().put("rootEdPub", signer(mallory).key());
    byte[] before = bundle(root, StarfishNewDevice.of(phone), roots);
    byte[] others = bundle(root, StarfishNewDevice.of(mallory), roots);
    Instant late = Instant.now().plus(Duration.ofDays(2));
    return List.of(
        bundle(Reason.OTHER_KEY, "exchanges the key in a bundle for its own", bytes(exchanged), 2),
        bundle(Reason.OTHER_COLLECTIONS, "adds a key to a bundle", bytes(more), 9),
        bundle(Reason.OTHER_COLLECTIONS, "takes the key out of a bundle", bytes(less), 9),
        bundle(Reason.NOT_SIGNED, "widens the scope of a certificate", bytes(wider), 1),
        bundle(Reason.OTHER_ROOT, "serves a bundle of its own", hers, 2),
        bundle(Reason.OTHER_DEVICE, "serves the bundle of another device", others, 9),
        bundle(Reason.OTHER_PAIRING, "serves the bundle of an earlier pairing", before, 10),
        Attack.of(
            ABOUT,
            "holds a bundle back until it is no longer valid",
            () -> notInstalled(Reason.NOT_NOW, bundle, late),
            10),
        Attack.of(
            ABOUT,
            "writes its own root over that of a bundle",
            () -> refused(KeyringFormatException.class, () -> StarfishBundle.read(bytes(renamed))),
            2),
        Attack.of(
            ABOUT,
            "serves a bundle of 2 MiB",
            () ->
                refused(KeyringFormatException.class, () -> StarfishBundle.read(new byte[2 << 20])),
            17));
  }

  private List<Attack> relay() {
    return List.of(
        Attack.of(ABOUT, "changes a message of a relayed pairing", this::changesRelayed, 1),
        Attack.of(ABOUT, "puts a request of its own in", this::ownRequest, 2),
        Attack.of(ABOUT, "answers with the device's own request", this::reflects, 3),
        Attack.of(ABOUT, "answers with an earlier pairing's answer", this::earlierAnswer, 10),
        Attack.of(ABOUT, "answers with another pairing's answer", this::otherAnswer, 9),
        Attack.of(ABOUT, "waits for a code of six digits", this::shortCode, 5),
        Attack.limit(
            ABOUT,
            "knows the code, and puts a device of its own in",
            new Documented(
                STARFISH + "StarfishRelayCode.java",
                "Whoever has the code while the pairing lasts can put both keys of a device of their"
                    + " own in place of the right one's, and is given the account."),
            this::knowsTheCode,
            2));
  }

  /** One byte of its nonce, its iv and its ciphertext each. */
  private String changesRelayed() throws Exception {
    byte[] request = StarfishRelay.request(phone, asked, code);
    assertEquals(asked, StarfishRelay.openRequest(request, code));
    String last = "";
    for (String name : List.of("requestNonce", "iv", "ct")) {
      ObjectNode changed = (ObjectNode) JSON.readTree(request);
      byte[] value = Base64.getDecoder().decode(changed.required(name).textValue());
      changed.put(name, Base64.getEncoder().encodeToString(flipped(value, 0)));
      last =
          refused(AEADBadTagException.class, () -> StarfishRelay.openRequest(bytes(changed), code));
    }
    return last;
  }

  private String ownRequest() throws Exception {
    try (StarfishRelayCode guess = StarfishRelayCode.generate()) {
      byte[] own = StarfishRelay.request(mallory, StarfishNewDevice.of(mallory), guess);
      return refused(AEADBadTagException.class, () -> StarfishRelay.openRequest(own, code));
    }
  }

  private String reflects() throws Exception {
    byte[] request = StarfishRelay.request(phone, asked, code);
    return refused(
        KeyringFormatException.class, () -> StarfishRelay.openResponse(request, asked, code));
  }

  private String earlierAnswer() throws Exception {
    byte[] answer = StarfishRelay.response(StarfishBundle.read(bundle), asked, code);
    install(StarfishRelay.openResponse(answer, asked, code).write(), Instant.now());
    StarfishNewDevice again = StarfishNewDevice.of(phone);
    PairingRefusedException e =
        assertThrows(
            PairingRefusedException.class, () -> StarfishRelay.openResponse(answer, again, code));
    assertEquals(Reason.OTHER_PAIRING, e.reason());
    return e.reason() + ": " + e.getMessage();
  }

  private String otherAnswer() throws Exception {
    try (StarfishRelayCode others = StarfishRelayCode.generate()) {
      StarfishNewDevice hers = StarfishNewDevice.of(mallory);
      StarfishBundle forHer = StarfishBundle.read(bundle(root, hers, roots));
      byte[] answer = StarfishRelay.response(forHer, hers, others);
      StarfishRelay.openResponse(answer, hers, others);
      return refused(
          AEADBadTagException.class, () -> StarfishRelay.openResponse(answer, asked, code));
    }
  }

  private String shortCode() {
    try (StarfishRelayCode digits = StarfishRelayCode.of("482931".toCharArray())) {
      return refused(
          IllegalArgumentException.class, () -> StarfishRelay.request(phone, asked, digits));
    }
  }

  private String knowsTheCode() throws Exception {
    StarfishNewDevice posing = StarfishNewDevice.of(mallory);
    byte[] request = StarfishRelay.request(mallory, posing, code);
    assertEquals(posing, StarfishRelay.openRequest(request, code));
    return "it is taken for the device; 80 bits are drawn, and a DeviceJoin compares a fingerprint";
  }

  private List<Attack> sealed() throws Exception {
    Recipient to = Recipient.of(phone.publicKeys());
    byte[] bound = StarfishSealed.seal(SECRET, to, root, "notes/key");
    byte[] hers = StarfishSealed.seal(SECRET, to, mallory);
    byte[] forMallory = StarfishSealed.seal(SECRET, Recipient.of(mallory.publicKeys()), root);
    ObjectNode stripped = ((ObjectNode) JSON.readTree(bound));
    stripped.remove("v");
    return List.of(
        Attack.of(ABOUT, "changes each byte of a sealed envelope", this::changes, 1, 3),
        envelope(AEADBadTagException.class, "seals an envelope itself", hers, 2),
        envelope(AEADBadTagException.class, "serves another recipient's", forMallory, 9),
        envelope(KeyringFormatException.class, "serves one of a context as one of none", bound, 9),
        envelope(AEADBadTagException.class, "takes an envelope's context off", bytes(stripped), 9),
        Attack.of(
            ABOUT,
            "serves an envelope in another context",
            () -> {
              assertArrayEquals(
                  SECRET, StarfishSealed.open(bound, phone, signer(root), "notes/key"));
              return refused(
                  AEADBadTagException.class,
                  () -> StarfishSealed.open(bound, phone, signer(root), "tasks/key"));
            },
            9),
        Attack.limit(
            ABOUT,
            "serves an old sealed envelope",
            new Documented(
                STARFISH + "StarfishSealed.java", "Nothing tells an old envelope from a new one."),
            this::opensAgain,
            10),
        Attack.of(ABOUT, "asks for more memory by a passphrase's envelope", this::cost, 5),
        Attack.limit(
            ABOUT,
            "exchanges two envelopes of one passphrase",
            new Documented(
                STARFISH + "StarfishPassphrase.java",
                "any that was ever made with the passphrase can be put in the place of another."),
            this::samePassphrase,
            9));
  }

  /** The honest one opens; what the server serves does not. */
  private Attack envelope(
      Class<? extends Exception> as, String what, byte[] served, Integer threat) {
    return Attack.of(
        ABOUT,
        what,
        () -> {
          opens(envelope);
          return refused(as, () -> opens(served));
        },
        threat);
  }

  private void opens(byte[] sealed) throws Exception {
    assertArrayEquals(SECRET, StarfishSealed.open(sealed, phone, signer(root)));
  }

  private String changes() throws Exception {
    String last = "";
    for (int i = 0; i < envelope.length; i++) {
      byte[] changed = flipped(envelope, i);
      last = refused(GeneralSecurityException.class, () -> opens(changed));
    }
    opens(envelope);
    return "each is refused; the last: " + last;
  }

  private String opensAgain() throws Exception {
    opens(envelope);
    opens(envelope);
    return "it opens each time; a DeviceWrap has an issue that can be asked for";
  }

  private String cost() throws Exception {
    char[] passphrase = "correct horse battery staple".toCharArray();
    byte[] honest = StarfishPassphrase.seal(SECRET, passphrase);
    assertArrayEquals(SECRET, StarfishPassphrase.open(honest, passphrase));
    ObjectNode costly = (ObjectNode) JSON.readTree(honest);
    member(costly, "kdf").put("memKiB", 1 << 30);
    return refused(
        KeyringFormatException.class, () -> StarfishPassphrase.open(bytes(costly), passphrase));
  }

  private String samePassphrase() throws Exception {
    char[] passphrase = "correct horse battery staple".toCharArray();
    byte[] other = StarfishPassphrase.seal("of another kind".getBytes(UTF_8), passphrase);
    assertArrayEquals(
        "of another kind".getBytes(UTF_8), StarfishPassphrase.open(other, passphrase));
    return "it opens in the other's place; a RecoveryWrap is bound to its user";
  }

  @Override
  public void close() {
    code.close();
    roots.close();
    phones.close();
    List.of(root, phone, mallory).forEach(DeviceIdentity::close);
  }
}
