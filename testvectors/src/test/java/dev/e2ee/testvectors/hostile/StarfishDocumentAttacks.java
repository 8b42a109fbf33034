package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static dev.e2ee.testvectors.hostile.StarfishAttacks.ABOUT;
import static dev.e2ee.testvectors.hostile.StarfishAttacks.SPEC;
import static dev.e2ee.testvectors.hostile.StarfishScene.OTHER;
import static dev.e2ee.testvectors.hostile.StarfishScene.SECRET;
import static dev.e2ee.testvectors.hostile.StarfishScene.open;
import static dev.e2ee.testvectors.hostile.StarfishScene.signer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.keyring.AuthoredDocument;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Signer;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/** What a server tries with the documents of a collection, as Starfish's clients make them. */
final class StarfishDocumentAttacks implements Attacks {
  private final StarfishScene scene;
  private final AuthoredDocument first;
  private final AuthoredDocument second;
  private final AuthoredDocument elsewhere;

  StarfishDocumentAttacks(StarfishScene scene) throws Exception {
    this.scene = scene;
    try (Keyring keyring = open(scene.newest(StarfishScene.NOTES), scene.owner, scene.trust())) {
      first = keyring.cipher().sealDocument(SECRET, "notes/3");
      second = keyring.cipher().sealDocument(OTHER, "notes/3");
      elsewhere = keyring.cipher().sealDocument(OTHER, "notes/4");
    }
  }

  @Override
  public List<Attack> attacks() {
    return List.of(
        Attack.of(ABOUT, "reads all that it was given", this::reads, 16),
        Attack.of(ABOUT, "changes each byte of a document in turn", this::changes, 1, 3, 6),
        Attack.of(ABOUT, "waits for a nonce that comes twice", this::nonces, 8),
        Attack.of(
            ABOUT,
            "serves what is not encrypted as a document",
            () -> opensNot(KeyringFormatException.class, SECRET),
            9),
        Attack.of(
            ABOUT,
            "serves a document of 23 MiB",
            () -> opensNot(KeyringFormatException.class, new byte[23 << 20]),
            17),
        Attack.limit(
            ABOUT,
            "exchanges two documents of an epoch, where no author is asked for",
            new Documented(
                SPEC,
                "of two documents of one epoch one can be served in the place of the other, and an"
                    + " old one in the place of a new one"),
            this::swapped,
            9,
            10),
        authored("serves an author's document at another path", elsewhere, 9),
        authored("puts another content under an author's signature", first.signature(), second, 9),
        authored("signs a document itself in the author's name", new byte[64], first, 2),
        Attack.of(ABOUT, "has a document signed by who is no author", this::otherAuthor, 2),
        Attack.limit(
            ABOUT,
            "serves an old document of the author",
            new Documented(
                "provider/src/main/java/dev/e2ee/keyring/CollectionCipher.java",
                "by one of these authors, for this path. It may be an old one."),
            this::oldDocument,
            10),
        Attack.of(
            ABOUT, "serves what a removed member seals in an epoch of before", this::removed, 10),
        Attack.limit(
            ABOUT,
            "tells documents by their lengths",
            new Documented("SECURITY.md", "**Lengths, times and access patterns** are visible."),
            this::lengths,
            15));
  }

  private String reads() throws Exception {
    try (Keyring keyring = scene.bobs()) {
      assertArrayEquals(SECRET, keyring.cipher().openDocument(scene.server.newest("notes/1")));
      for (int epoch : keyring.epochs()) {
        assertFalse(scene.server.hasSeen(keyring.key(epoch).getEncoded()));
      }
    }
    assertFalse(scene.server.hasSeen(SECRET));
    return "neither the text nor a key stands in any of it";
  }

  private String opensNot(Class<? extends Exception> as, byte[] document) throws Exception {
    try (Keyring keyring = scene.bobs()) {
      assertArrayEquals(SECRET, keyring.cipher().openDocument(scene.server.newest("notes/1")));
      return refused(as, () -> keyring.cipher().openDocument(document));
    }
  }

  private String changes() throws Exception {
    String last = "";
    byte[] document = scene.server.newest("notes/1");
    try (Keyring keyring = scene.bobs()) {
      for (int i = 0; i < document.length; i++) {
        byte[] changed = flipped(document, i);
        last =
            refused(GeneralSecurityException.class, () -> keyring.cipher().openDocument(changed));
      }
      assertArrayEquals(SECRET, keyring.cipher().openDocument(document));
    }
    return "each is refused; the last: " + last;
  }

  private String nonces() throws Exception {
    Set<String> nonces = new HashSet<>();
    try (Keyring keyring = scene.bobs()) {
      for (int i = 0; i < 2000; i++) {
        JsonNode sealed = KeyringAttacks.JSON.readTree(keyring.cipher().sealDocument(SECRET));
        assertTrue(nonces.add(sealed.required("_encrypted").textValue().substring(0, 16)));
      }
    }
    return "2,000 writes of one document have 2,000 nonces";
  }

  private String swapped() throws Exception {
    try (Keyring keyring = scene.bobs()) {
      assertArrayEquals(OTHER, keyring.cipher().openDocument(scene.server.newest("notes/2")));
      return "at whichever path it is served it opens; an author's signature binds it to its path";
    }
  }

  private Attack authored(String what, AuthoredDocument served, Integer threat) {
    return authored(what, served.signature(), served, threat);
  }

  /** The author is asked for: it is refused, and the right one is opened. */
  private Attack authored(String what, byte[] signature, AuthoredDocument served, Integer threat) {
    return Attack.of(
        ABOUT,
        what,
        () -> {
          Set<Signer> authors = Set.of(signer(scene.owner));
          AuthoredDocument forged =
              AuthoredDocument.of(served.document(), served.author(), signature);
          try (Keyring keyring = scene.bobs()) {
            assertArrayEquals(SECRET, keyring.cipher().openDocument(first, "notes/3", authors));
            return refused(
                AEADBadTagException.class,
                () -> keyring.cipher().openDocument(forged, "notes/3", authors));
          }
        },
        threat);
  }

  private String otherAuthor() throws Exception {
    try (Keyring keyring = scene.bobs()) {
      AuthoredDocument bobsOwn = keyring.cipher().sealDocument(SECRET, "notes/3");
      assertArrayEquals(
          SECRET, keyring.cipher().openDocument(bobsOwn, "notes/3", Set.of(signer(scene.bob))));
      return refused(
          AEADBadTagException.class,
          () -> keyring.cipher().openDocument(bobsOwn, "notes/3", Set.of(signer(scene.owner))));
    }
  }

  private String oldDocument() throws Exception {
    Set<Signer> authors = Set.of(signer(scene.owner));
    try (Keyring keyring = scene.bobs()) {
      assertArrayEquals(OTHER, keyring.cipher().openDocument(second, "notes/3", authors));
      assertArrayEquals(SECRET, keyring.cipher().openDocument(first, "notes/3", authors));
    }
    return "both open; an envelope whose context has a revision does not";
  }

  private String removed() throws Exception {
    byte[] planted;
    try (Keyring hers =
        open(scene.server.version("notes/_keyring", 2), scene.carol, scene.trust())) {
      planted = hers.cipher().sealDocument(OTHER);
    }
    try (Keyring keyring = scene.bobs()) {
      assertArrayEquals(OTHER, keyring.cipher().openDocument(planted));
      return refused(
          AEADBadTagException.class,
          () -> keyring.cipher().withMinimumEpoch(2).openDocument(planted));
    }
  }

  private String lengths() throws Exception {
    try (Keyring keyring = scene.bobs()) {
      int shorter = keyring.cipher().sealDocument("[1]".getBytes(UTF_8)).length;
      int longer =
          keyring.cipher().sealDocument(("[" + "1".repeat(99) + "]").getBytes(UTF_8)).length;
      assertTrue(shorter < longer);
    }
    return "a longer document is longer sealed; pad what must not show it";
  }

  @Override
  public void close() {
    scene.close();
  }
}
