package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.refused;
import static dev.e2ee.testvectors.hostile.KeyringAttacks.bytes;
import static dev.e2ee.testvectors.hostile.KeyringAttacks.entries;
import static dev.e2ee.testvectors.hostile.StarfishScene.NOTES;
import static dev.e2ee.testvectors.hostile.StarfishScene.TASKS;
import static dev.e2ee.testvectors.hostile.StarfishScene.open;
import static dev.e2ee.testvectors.hostile.StarfishScene.recipient;
import static dev.e2ee.testvectors.hostile.StarfishScene.signer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import dev.e2ee.testvectors.keyring.Starfish;
import java.security.GeneralSecurityException;
import java.util.List;

/** What a server tries with keyrings and documents as Starfish's own clients make them. */
final class StarfishAttacks implements Attacks {
  static final String ABOUT = "Starfish";
  static final String SPEC = "testvectors/spec/keyring.md";
  private static final Documented FIRST_CONTACT =
      new Documented(SPEC, "On first contact an old keyring is not told from the newest.");
  private static final Documented NOT_SEEN =
      new Documented(
          SPEC,
          "who has not opened the other collection on this device, or does not before this one, is"
              + " not helped.");

  private final StarfishScene scene;

  StarfishAttacks(StarfishScene scene) {
    this.scene = scene;
  }

  private String refusedAs(Reason reason, byte[] keyring, TrustStore trust) throws Exception {
    KeyringRefusedException e =
        assertThrows(KeyringRefusedException.class, () -> open(keyring, scene.bob, trust));
    assertEquals(reason, e.reason());
    scene.bobs().close();
    return reason + ": " + e.getMessage();
  }

  private String malformed(byte[] keyring) throws Exception {
    scene.bobs().close();
    return refused(KeyringFormatException.class, () -> open(keyring, scene.bob, scene.bobs));
  }

  @Override
  public List<Attack> attacks() throws Exception {
    ObjectNode spliced = scene.tree(NOTES);
    entries(spliced, "2").set(1, entries(scene.tree(TASKS), "2").get(1));
    ObjectNode dropped = scene.tree(NOTES);
    entries(dropped, "2").remove(0);
    ObjectNode doubled = scene.tree(NOTES);
    entries(doubled, "2").add(entries(scene.tree(NOTES), "2").get(1));
    ObjectNode half = scene.tree(NOTES).put("currentEpoch", 1);
    ObjectNode lowOrder = scene.tree(NOTES);
    ((ObjectNode) entries(lowOrder, "2").get(1)).put("ephKem", "00".repeat(32));
    byte[] before = scene.server.version("notes/_keyring", 2);
    byte[] appended = withEpochOfTasks(before);
    return List.of(
        keyring(Reason.OTHER_KEY, "serves another collection's keyring", scene.newest(TASKS), 9),
        keyring(Reason.OTHER_KEY, "puts another collection's entry in", bytes(spliced), 9),
        keyring(Reason.DROPPED_ENTRY, "takes a member's entry out", bytes(dropped), 9),
        keyring(Reason.NOT_TRACEABLE, "puts an entry in twice", bytes(doubled), 9),
        keyring(Reason.ROLLBACK, "serves the keyring of before a removal", before, 10),
        Attack.of(ABOUT, "serves a keyring of its own on first contact", this::ownKeyring, 2),
        Attack.of(
            ABOUT,
            "serves the keyring of another collection, which is known, on first contact",
            () -> refusedAs(Reason.OTHER_COLLECTION, scene.newest(TASKS), whoKnowsTasks()),
            9),
        Attack.of(
            ABOUT,
            "appends an epoch of another collection, which is known",
            () -> refusedAs(Reason.OTHER_COLLECTION, appended, whoHasSeen(before, whoKnowsTasks())),
            9),
        Attack.limit(
            ABOUT,
            "serves the keyring of another collection, which is not known, on first contact",
            NOT_SEEN,
            () -> onFirstContact(scene.newest(TASKS), scene.trust()),
            9),
        Attack.limit(
            ABOUT,
            "appends an epoch of another collection, which is not known",
            NOT_SEEN,
            () -> onFirstContact(appended, whoHasSeen(before, scene.trust())),
            9),
        Attack.limit(
            ABOUT,
            "serves the keyring of before a removal on first contact",
            FIRST_CONTACT,
            () -> onFirstContact(before, scene.trust()),
            10),
        Attack.of(
            ABOUT,
            "says that the epoch before is the current one",
            () -> malformed(bytes(half)),
            10),
        Attack.of(ABOUT, "writes an epoch's name loosely", this::looseNames, 3),
        Attack.of(
            ABOUT, "puts a point of low order into an entry", () -> malformed(bytes(lowOrder)), 12),
        Attack.of(ABOUT, "has an adder's entry with a key of 16 bytes", this::shortKey, 6),
        Attack.of(ABOUT, "puts a recipient of its own into the epoch", this::ownRecipient, 2),
        Attack.of(ABOUT, "serves a keyring of 17 MiB", () -> malformed(new byte[17 << 20]), 17));
  }

  private Attack keyring(Reason reason, String what, byte[] served, Integer threat) {
    return Attack.of(ABOUT, what, () -> refusedAs(reason, served, scene.bobs), threat);
  }

  private TrustStore whoKnowsTasks() throws Exception {
    TrustStore trust = scene.trust();
    trust.pin(TASKS, signer(scene.owner));
    Keyring.openWithoutHead(scene.newest(TASKS), TASKS, scene.bob, trust).close();
    return trust;
  }

  private TrustStore whoHasSeen(byte[] keyring, TrustStore trust) throws Exception {
    open(keyring, scene.bob, trust).close();
    return trust;
  }

  /** One that ends in the first epoch, and the other collection's second one. */
  private byte[] withEpochOfTasks(byte[] keyring) throws Exception {
    ObjectNode grown = (ObjectNode) KeyringAttacks.JSON.readTree(keyring);
    JsonNode second = scene.tree(TASKS).required("epochs").required("2");
    ((ObjectNode) grown.put("currentEpoch", 2).required("epochs")).set("2", second);
    return bytes(grown);
  }

  private String ownKeyring() throws Exception {
    byte[] forged;
    try (KeyringChange created =
            Keyring.createWithoutHead(NOTES, scene.mallory, scene.emptyTrust());
        Keyring keyring = created.published();
        KeyringChange added = keyring.add(recipient(scene.bob))) {
      forged = added.document();
    }
    open(scene.newest(NOTES), scene.bob, scene.trust()).close();
    return refusedAs(Reason.NOT_TRACEABLE, forged, scene.trust());
  }

  /** It is taken, and opens nothing of what lies there. Who has seen the right one refuses it. */
  private String onFirstContact(byte[] keyring, TrustStore trust) throws Exception {
    try (Keyring taken = open(keyring, scene.bob, trust)) {
      Exception e =
          assertThrows(
              GeneralSecurityException.class,
              () -> taken.cipher().openDocument(scene.server.newest("notes/1")));
      return "it is taken, and what is sealed by it goes under its key; what lies there does not"
          + " open: "
          + e.getMessage();
    }
  }

  private String looseNames() throws Exception {
    String last = "";
    for (String name : List.of("02", "2abc", "2 ", "+2", "2.0")) {
      ObjectNode loose = scene.tree(NOTES);
      ObjectNode epochs = (ObjectNode) loose.required("epochs");
      epochs.set(name, epochs.remove("2"));
      last = malformed(bytes(loose));
    }
    return last;
  }

  /** From the real client, which takes it. */
  private String shortKey() throws Exception {
    JsonNode found =
        Starfish.stream(Starfish.file("starfish-negative.json").required("cases"))
            .filter(c -> c.required("name").textValue().equals("cek-16-bytes"))
            .findFirst()
            .orElseThrow();
    assertTrue(found.required("realClient").required("ok").booleanValue());
    TrustStore trust = scene.trust();
    for (JsonNode adder : found.required("trustedAdders")) {
      trust.pin(NOTES, new Signer(adder.textValue()));
    }
    byte[] honest =
        KeyringAttacks.JSON.writeValueAsBytes(
            Starfish.file("starfish-keyring.json").required("keyring"));
    byte[] shortened = KeyringAttacks.JSON.writeValueAsBytes(found.required("keyring"));
    try (DeviceIdentity member = Starfish.identity("owner")) {
      open(honest, member, trust).close();
      return refused(KeyringFormatException.class, () -> open(shortened, member, trust));
    }
  }

  /** Whom the owner did not add is shown as such, and not in the next epoch. */
  private String ownRecipient() throws Exception {
    TrustStore hers = scene.emptyTrust();
    ObjectNode added = scene.tree(NOTES);
    try (KeyringChange created = Keyring.createWithoutHead(NOTES, scene.mallory, hers)) {
      ObjectNode own = (ObjectNode) KeyringAttacks.JSON.readTree(created.document());
      entries(added, "2").add(entries(own, "1").get(0));
    }
    hers.pin(NOTES, signer(scene.owner));
    try (Keyring keyring = open(bytes(added), scene.owner, scene.trust());
        KeyringChange rotated = keyring.rotate()) {
      assertEquals(List.of(recipient(scene.mallory)), keyring.untraceable());
      assertEquals(List.of(recipient(scene.owner), recipient(scene.bob)), keyring.members());
      open(rotated.document(), scene.bob, scene.trust()).close();
      return refused(
          NoEpochKeyException.class, () -> open(rotated.document(), scene.mallory, hers));
    }
  }

  @Override
  public void close() {
    scene.close();
  }
}
