package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.refused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.keyring.AuthoredDocument;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/** What a server tries with the keyring, the documents and the blobs of a collection. */
final class KeyringAttacks implements Attacks {
  private static final String ABOUT = "keyring";
  private static final String NOTES = "notes";
  private static final String KEYRING = "notes/_keyring";
  static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] SECRET = "{\"text\":\"only for members\"}".getBytes(UTF_8);

  private final HostileServer server = new HostileServer();
  private final DeviceIdentity owner = device("owner");
  private final DeviceIdentity bob = device("bob");
  private final DeviceIdentity mallory = device("mallory");
  private final TrustStore owners;
  private final TrustStore bobs;
  private final Path folder;
  private final AuthoredDocument authored;

  /** The owner makes a collection, adds Bob and Mallory, seals, and removes Mallory. */
  KeyringAttacks(Path folder) throws Exception {
    this.folder = folder;
    this.owners = FileTrustStore.at(folder.resolve("owner"));
    this.bobs = FileTrustStore.at(folder.resolve("bob"));
    bobs.pin(NOTES, Signer.of(owner.publicKeys()));
    Keyring keyring = published(Keyring.create(NOTES, owner, owners));
    keyring = published(keyring.add(Recipient.of(bob.publicKeys())));
    keyring = published(keyring.add(Recipient.of(mallory.publicKeys())));
    server.put("notes/1", keyring.cipher().sealDocument(SECRET));
    keyring = published(keyring.remove(Recipient.of(mallory.publicKeys())));
    server.put("notes/1", keyring.cipher().sealDocument(SECRET));
    server.put("notes/2", keyring.cipher().sealBlob(SECRET, "notes/2"));
    authored = keyring.cipher().sealDocument(SECRET, "notes/3");
    server.put("notes/3", authored.document());
    keyring.close();
    bobs().close();
  }

  static DeviceIdentity device(String name) {
    return DeviceIdentity.generate(name, AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
  }

  private Keyring published(KeyringChange change) throws Exception {
    server.put(KEYRING, change.document());
    return change.published();
  }

  private Keyring bobs() throws Exception {
    return Keyring.open(server.newest(KEYRING), NOTES, bob, bobs);
  }

  private String refusedAs(KeyringRefusedException.Reason reason, byte[] keyring) {
    KeyringRefusedException e =
        assertThrows(KeyringRefusedException.class, () -> Keyring.open(keyring, NOTES, bob, bobs));
    assertEquals(reason, e.reason());
    return reason + ": " + e.getMessage();
  }

  private ObjectNode newest() throws Exception {
    return (ObjectNode) JSON.readTree(server.newest(KEYRING));
  }

  static ArrayNode entries(ObjectNode keyring, String epoch) {
    return (ArrayNode) keyring.required("epochs").required(epoch).required("wrappedKeys");
  }

  static byte[] bytes(ObjectNode keyring) throws Exception {
    return JSON.writeValueAsBytes(keyring);
  }

  /** A keyring of the server's own making, for Bob too. */
  private byte[] forged() throws Exception {
    TrustStore own = FileTrustStore.at(folder.resolve("forged"));
    try (KeyringChange created = Keyring.create(NOTES, mallory, own);
        Keyring keyring = created.published();
        KeyringChange added = keyring.add(Recipient.of(bob.publicKeys()))) {
      return added.document();
    }
  }

  private byte[] ofAnotherCollection() throws Exception {
    TrustStore own = FileTrustStore.at(folder.resolve("tasks"));
    try (KeyringChange created = Keyring.create("tasks", owner, own);
        Keyring keyring = created.published();
        KeyringChange added = keyring.add(Recipient.of(bob.publicKeys()))) {
      return added.document();
    }
  }

  @Override
  public List<Attack> attacks() throws Exception {
    byte[] forged = forged();
    byte[] tasks = ofAnotherCollection();
    ObjectNode spliced = newest();
    entries(spliced, "1").set(1, entries((ObjectNode) JSON.readTree(tasks), "1").get(1));
    ObjectNode dropped = newest();
    entries(dropped, "2").remove(0);
    ObjectNode added = newest();
    entries(added, "2").add(entries((ObjectNode) JSON.readTree(forged), "1").get(0));
    ObjectNode headless = newest();
    headless.remove("head");
    ObjectNode renamed = newest();
    ((ObjectNode) renamed.required("head")).put("signer", Signer.of(mallory.publicKeys()).key());
    return List.of(
        Attack.of(
            ABOUT,
            "reads all that it was given, from the first keyring on, for what was sealed",
            this::hasNothing,
            16),
        Attack.of(
            ABOUT,
            "serves the keyring of before a member was removed",
            () -> refusedAs(KeyringRefusedException.Reason.ROLLBACK, server.version(KEYRING, 2)),
            10),
        Attack.of(
            ABOUT,
            "serves the very first keyring",
            () -> refusedAs(KeyringRefusedException.Reason.ROLLBACK, server.version(KEYRING, 0)),
            10),
        Attack.of(ABOUT, "shows two members two histories", this::fork, 10),
        Attack.of(
            ABOUT,
            "serves a keyring of its own, with keys for all members",
            () -> refusedAs(KeyringRefusedException.Reason.NOT_SIGNED, forged),
            2),
        Attack.of(
            ABOUT,
            "writes its own name over the signer's",
            () -> refusedAs(KeyringRefusedException.Reason.NOT_SIGNED, bytes(renamed)),
            2),
        Attack.of(
            ABOUT,
            "serves another collection's keyring of the same owner",
            () -> refusedAs(KeyringRefusedException.Reason.OTHER_COLLECTION, tasks),
            9),
        Attack.of(
            ABOUT,
            "puts another collection's entry into an epoch",
            () -> refusedAs(KeyringRefusedException.Reason.NOT_AS_SIGNED, bytes(spliced)),
            9),
        Attack.of(
            ABOUT,
            "takes a member's entry out",
            () -> refusedAs(KeyringRefusedException.Reason.NOT_AS_SIGNED, bytes(dropped)),
            9),
        Attack.of(
            ABOUT,
            "puts a recipient of its own into the current epoch",
            () -> refusedAs(KeyringRefusedException.Reason.NOT_AS_SIGNED, bytes(added)),
            2),
        Attack.of(
            ABOUT,
            "takes the signed head off",
            () -> refusedAs(KeyringRefusedException.Reason.NO_HEAD, bytes(headless)),
            9),
        Attack.of(
            ABOUT,
            "takes the head off and hopes for a reader of keyrings without one",
            () ->
                refused(
                    KeyringRefusedException.class,
                    () -> Keyring.openWithoutHead(bytes(headless), NOTES, bob, bobs)),
            9,
            10),
        Attack.of(ABOUT, "gives a removed member the newest keyring", this::removed, 2),
        Attack.of(
            ABOUT,
            "serves what is not encrypted in the place of a document",
            () -> opens(KeyringFormatException.class, "{\"text\":\"planted\"}".getBytes(UTF_8)),
            9),
        Attack.of(
            ABOUT,
            "serves a blob in the place of a document",
            () -> opens(KeyringFormatException.class, server.newest("notes/2")),
            3),
        Attack.of(
            ABOUT,
            "serves a document in the place of an envelope",
            () ->
                refused(
                    MalformedEnvelopeException.class,
                    () -> Envelope.inspect(server.newest("notes/1"))),
            3),
        Attack.of(ABOUT, "serves a blob at another path", this::movedBlob, 9),
        Attack.of(ABOUT, "serves an author's document at another path", this::movedDocument, 9),
        Attack.of(ABOUT, "waits for a nonce that comes twice", this::nonces, 8),
        Attack.of(
            ABOUT,
            "serves a keyring of 16 MiB and a byte",
            () -> malformed(new byte[(16 << 20) + 1]),
            17),
        Attack.of(
            ABOUT,
            "serves a keyring nested a thousand deep",
            () -> malformed(("[".repeat(1000) + "]".repeat(1000)).getBytes(UTF_8)),
            17),
        Attack.of(
            ABOUT,
            "serves a keyring that names a billion epochs",
            () -> malformed("{\"v\":1,\"currentEpoch\":1e9,\"epochs\":{}}".getBytes(UTF_8)),
            17));
  }

  private String hasNothing() throws Exception {
    assertFalse(server.hasSeen(SECRET));
    try (Keyring keyring = bobs()) {
      assertFalse(server.hasSeen(keyring.key(1).getEncoded()));
      assertFalse(server.hasSeen(keyring.key(2).getEncoded()));
    }
    return "neither the text nor a key stands in any of it";
  }

  private String fork() throws Exception {
    byte[] left;
    byte[] right;
    TrustStore second = FileTrustStore.at(folder.resolve("second"));
    second.pin(NOTES, Signer.of(owner.publicKeys()));
    try (Keyring one = Keyring.open(server.newest(KEYRING), NOTES, owner, owners);
        Keyring other = Keyring.open(server.newest(KEYRING), NOTES, owner, second);
        KeyringChange rotated = one.rotate();
        KeyringChange grown = other.add(Recipient.of(device("eve").publicKeys()))) {
      left = rotated.document();
      right = grown.document();
    }
    TrustStore readers = FileTrustStore.at(folder.resolve("reader"));
    readers.pin(NOTES, Signer.of(owner.publicKeys()));
    Keyring.open(left, NOTES, bob, readers).close();
    return refused(KeyringRefusedException.class, () -> Keyring.open(right, NOTES, bob, readers));
  }

  private String removed() throws Exception {
    TrustStore hers = FileTrustStore.at(folder.resolve("mallory"));
    hers.pin(NOTES, Signer.of(owner.publicKeys()));
    return refused(
        NoEpochKeyException.class,
        () -> Keyring.open(server.newest(KEYRING), NOTES, mallory, hers));
  }

  private String opens(Class<? extends Exception> as, byte[] document) throws Exception {
    try (Keyring keyring = bobs()) {
      return refused(as, () -> keyring.cipher().openDocument(document));
    }
  }

  private String movedBlob() throws Exception {
    try (Keyring keyring = bobs()) {
      return refused(
          AEADBadTagException.class,
          () -> keyring.cipher().openBlob(server.newest("notes/2"), "notes/1"));
    }
  }

  private String movedDocument() throws Exception {
    Set<Signer> authors = Set.of(Signer.of(owner.publicKeys()));
    try (Keyring keyring = bobs()) {
      return refused(
          AEADBadTagException.class,
          () -> keyring.cipher().openDocument(authored, "notes/4", authors));
    }
  }

  private String nonces() throws Exception {
    Set<String> nonces = new HashSet<>();
    try (Keyring keyring = bobs()) {
      for (int i = 0; i < 2000; i++) {
        byte[] blob = keyring.cipher().sealBlob(SECRET, "notes/2");
        assertTrue(nonces.add(new String(blob, 4, 12, ISO_8859_1)));
      }
    }
    return "2,000 writes of one blob have 2,000 nonces";
  }

  private String malformed(byte[] keyring) {
    return refused(KeyringFormatException.class, () -> Keyring.open(keyring, NOTES, bob, bobs));
  }

  @Override
  public Map<Integer, String> notHere() {
    return Map.of(
        1, "its wraps are its entries, all of them under the signed head: rows 2 and 9",
        6, "the head commits to every key; only a signer could make two for one: SignersFaultTest",
        15, "lengths and the number of members are seen: keyring.md, section 1");
  }

  @Override
  public void close() {
    List.of(owner, bob, mallory).forEach(DeviceIdentity::close);
  }
}
