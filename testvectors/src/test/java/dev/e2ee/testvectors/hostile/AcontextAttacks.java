package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.interop.acontext.AcontextFormatException;
import dev.e2ee.interop.acontext.AcontextObject;
import dev.e2ee.interop.acontext.AcontextObjects;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.testvectors.SharedFiles;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What a storage tries that has Acontext's objects, texts and messages, and no master key. */
final class AcontextAttacks implements Attacks {
  static final String ABOUT = "Acontext";
  static final String ACONTEXT = "provider/src/main/java/dev/e2ee/interop/acontext/";
  private static final Documented NO_AAD =
      new Documented(
          ACONTEXT + "AcontextObjects.java",
          "Nothing says which object a body is: there is no associated data, so the body of another"
              + " object of the project, or an older one, opens together with its metadata, and"
              + " nobody can tell.");
  private static final Documented NO_KIND =
      new Documented(
          ACONTEXT + "AcontextObjects.java",
          "Nothing says either whether a DEK and a body are an object, a text or a message: each"
              + " opens as the others.");
  private static final String DEK = "enc-dek-user";
  private static final byte[] CONTENT = "the content of an object".getBytes(UTF_8);
  private static final byte[] OTHER = "the content of another one".getBytes(UTF_8);

  private final HostileServer server = new HostileServer();
  private final UserMasterKey project = RotationScene.key();
  private final UserMasterKey another = RotationScene.key();
  private final AcontextObjects objects = AcontextObjects.with(project);
  private final AcontextObject one = objects.seal(CONTENT);
  private final AcontextObject two = objects.seal(OTHER);
  private final AcontextObject hashed = objects.sealWithHash(CONTENT);
  private final byte[] frame = objects.sealCached(CONTENT);
  private final byte[] otherFrame = objects.sealCached(OTHER);

  AcontextAttacks() {
    server.put("one", one.body());
    server.put("two", two.body());
    server.put("frames", frame);
    server.put("frames", otherFrame);
    server.put("deks", one.metadata().get(DEK).getBytes(US_ASCII));
  }

  @Override
  public List<Attack> attacks() throws Exception {
    List<Attack> attacks = new ArrayList<>(ofObjects());
    attacks.addAll(ofFrames());
    return attacks;
  }

  private void opens(byte[] body, Map<String, String> metadata) throws Exception {
    assertArrayEquals(CONTENT, objects.open(body, metadata));
  }

  private Map<String, String> with(String name, String value) {
    Map<String, String> metadata = new HashMap<>(one.metadata());
    metadata.put(name, value);
    return metadata;
  }

  private Map<String, String> without(String name) {
    Map<String, String> metadata = new HashMap<>(one.metadata());
    metadata.remove(name);
    return metadata;
  }

  /** The honest object opens; what the server made of it does not. */
  private Attack object(
      Class<? extends Exception> as,
      String what,
      byte[] body,
      Map<String, String> metadata,
      Integer... threats) {
    return Attack.of(
        ABOUT,
        what,
        () -> {
          opens(one.body(), one.metadata());
          return refused(as, () -> objects.open(body, metadata));
        },
        threats);
  }

  private List<Attack> ofObjects() throws Exception {
    AcontextObject planted;
    try (AcontextObjects its = AcontextObjects.with(another)) {
      planted = its.seal(CONTENT);
    }
    Map<String, String> spaced = with(DEK, one.metadata().get(DEK) + "\n");
    return List.of(
        Attack.of(ABOUT, "reads all objects and texts", this::reads, 16),
        Attack.of(ABOUT, "changes each byte of an object in turn", this::changesObject, 1, 3),
        object(AEADBadTagException.class, "exchanges two bodies", two.body(), one.metadata(), 9),
        object(AEADBadTagException.class, "exchanges two DEKs", one.body(), two.metadata(), 9),
        object(
            AEADBadTagException.class,
            "plants an object under a key of its own",
            planted.body(),
            planted.metadata(),
            2),
        object(
            AcontextFormatException.class,
            "takes the mark of encryption off, and plants a plaintext",
            CONTENT,
            without("enc-algo"),
            9,
            11),
        object(
            AcontextFormatException.class,
            "names another algorithm",
            one.body(),
            with("enc-algo", "AES-128-GCM"),
            11),
        object(
            AcontextFormatException.class,
            "writes a DEK in another encoding of the same bytes",
            one.body(),
            spaced,
            3,
            7),
        object(
            AEADBadTagException.class,
            "exchanges an object, and leaves the hash of the first",
            two.body(),
            merged(two.metadata(), hashed.metadata().get("sha256")),
            9),
        Attack.limit(
            ABOUT,
            "exchanges an object with its DEK, or serves an older one",
            NO_AAD,
            this::exchanged,
            9,
            10),
        Attack.limit(
            ABOUT,
            "has an object made, by who has the master key, that opens to two contents",
            new Documented(
                ACONTEXT + "AcontextObjects.java",
                "whoever has the master key can make one that opens to two contents by two DEKs."),
            this::twoContents,
            6),
        Attack.limit(
            ABOUT,
            "tries guesses of a content by its hash, and knows its length",
            new Documented(
                ACONTEXT + "AcontextObjects.java",
                "Whoever sees it can try guesses of the content."),
            this::guesses,
            15),
        Attack.of(ABOUT, "waits for a nonce that comes twice", this::nonces, 8));
  }

  private static Map<String, String> merged(Map<String, String> metadata, String hash) {
    Map<String, String> all = new HashMap<>(metadata);
    all.put("sha256", hash);
    return all;
  }

  private String reads() {
    assertFalse(server.hasSeen(CONTENT));
    assertFalse(server.hasSeen(OTHER));
    assertFalse(server.hasSeen(project.getEncoded()));
    return "neither content nor key stands in any of it";
  }

  private String changesObject() throws Exception {
    byte[] body = one.body();
    byte[] dek = Base64.getDecoder().decode(one.metadata().get(DEK));
    String last = "";
    for (int i = 0; i < body.length; i++) {
      byte[] changed = flipped(body, i);
      last = refused(AEADBadTagException.class, () -> objects.open(changed, one.metadata()));
    }
    for (int i = 0; i < dek.length; i++) {
      Map<String, String> changed = with(DEK, Base64.getEncoder().encodeToString(flipped(dek, i)));
      last = refused(AEADBadTagException.class, () -> objects.open(body, changed));
    }
    opens(body, one.metadata());
    return "each is refused; the last: " + last;
  }

  private String exchanged() throws Exception {
    assertArrayEquals(OTHER, objects.open(two.body(), two.metadata()));
    String refusal =
        refused(
            AEADBadTagException.class,
            () ->
                objects.open(two.body(), merged(two.metadata(), hashed.metadata().get("sha256"))));
    return "it opens; an application that remembers an object's sha256, and gives that in place of"
        + " the server's, is told: "
        + refusal;
  }

  /** One of the ciphertexts that other programs have fallen for. */
  private String twoContents() throws Exception {
    JsonNode made =
        KeyringAttacks.JSON
            .readTree(SharedFiles.ofThisProject().interop("noncommitting.json").toFile())
            .required("recovery_wrap_48B_opens_under_3_keks");
    HexFormat hex = HexFormat.of();
    byte[] body =
        hex.parseHex(made.required("nonce").textValue() + made.required("ct_tag").textValue());
    Set<String> contents = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      byte[] dek = hex.parseHex(made.required("keys").get(i).textValue());
      byte[] content = objects.open(body, with(DEK, wrapped(dek)));
      assertEquals(made.required("plaintexts").get(i).textValue(), hex.formatHex(content));
      contents.add(hex.formatHex(content));
    }
    assertEquals(3, contents.size());
    return "one body has three contents, by three DEKs; an envelope commits to its DEK";
  }

  private String wrapped(byte[] dek) throws GeneralSecurityException {
    byte[] nonce = new byte[12];
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(project.getEncoded(), "AES"),
        new GCMParameterSpec(128, nonce));
    byte[] sealed = cipher.doFinal(dek);
    byte[] box = Arrays.copyOf(nonce, nonce.length + sealed.length);
    System.arraycopy(sealed, 0, box, nonce.length, sealed.length);
    return Base64.getEncoder().encodeToString(box);
  }

  private String guesses() throws Exception {
    assertEquals(
        objects.sealWithHash(CONTENT).metadata().get("sha256"), hashed.metadata().get("sha256"));
    assertFalse(one.metadata().containsKey("sha256"));
    assertEquals(CONTENT.length + 28, one.body().length);
    return "equal contents have equal hashes; seal leaves the hash out, and the length is seen";
  }

  private String nonces() {
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      AcontextObject object = objects.seal(CONTENT);
      assertTrue(nonces.add(new String(object.body(), 0, 12, ISO_8859_1)));
      assertTrue(nonces.add(object.metadata().get(DEK).substring(0, 16)));
    }
    return "2,000 objects of one content have 4,000 nonces";
  }

  /** The honest frame opens; what the server made of it does not. */
  private Attack frame(
      Class<? extends Exception> as, String what, byte[] served, Integer... threats) {
    return Attack.of(
        ABOUT,
        what,
        () -> {
          assertArrayEquals(CONTENT, objects.openCached(frame));
          return refused(as, () -> objects.openCached(served));
        },
        threats);
  }

  private List<Attack> ofFrames() {
    byte[] spliced = frame.clone();
    System.arraycopy(otherFrame, 0, spliced, 0, 83);
    byte[] plain = ("\0" + "planted").getBytes(UTF_8);
    byte[] longer = flipped(frame, 1); // a DEK of 336 bytes
    return List.of(
        Attack.of(ABOUT, "cuts a text at each length", this::cuts, 14, 17),
        frame(AcontextFormatException.class, "serves a plaintext as a message", plain, 9),
        frame(AcontextFormatException.class, "lengthens the length in a frame", longer, 17),
        frame(AEADBadTagException.class, "puts another frame's DEK into a frame", spliced, 9),
        frame(
            AEADBadTagException.class,
            "appends to a frame",
            Arrays.copyOf(frame, frame.length + 1),
            14),
        Attack.limit(
            ABOUT, "exchanges two texts, or serves an older one", NO_AAD, this::texts, 9, 10),
        Attack.limit(
            ABOUT, "serves an object as a text, and a text as an object", NO_KIND, this::kinds, 3));
  }

  private String cuts() throws Exception {
    byte[] whole = Base64.getDecoder().decode(objects.sealText(CONTENT));
    String last = "";
    for (int i = 0; i < whole.length; i++) {
      String cut = Base64.getEncoder().encodeToString(Arrays.copyOf(whole, i));
      last = refused(GeneralSecurityException.class, () -> objects.openText(cut));
    }
    assertArrayEquals(CONTENT, objects.openText(Base64.getEncoder().encodeToString(whole)));
    return "each is refused; the last: " + last;
  }

  private String texts() throws Exception {
    String stored = objects.sealText(OTHER);
    assertArrayEquals(OTHER, objects.openText(stored));
    assertArrayEquals(OTHER, objects.openCached(otherFrame));
    return "it opens in the other's place; keep new records in an envelope";
  }

  private String kinds() throws Exception {
    byte[] dek = Arrays.copyOfRange(frame, 3, 83);
    byte[] body = Arrays.copyOfRange(frame, 83, frame.length);
    opens(body, with(DEK, new String(dek, US_ASCII)));
    byte[] made = Arrays.copyOf(frame, 83 + one.body().length);
    System.arraycopy(one.metadata().get(DEK).getBytes(US_ASCII), 0, made, 3, 80);
    System.arraycopy(one.body(), 0, made, 83, one.body().length);
    assertArrayEquals(CONTENT, objects.openCached(made));
    return "each opens as the other; keep new records in an envelope";
  }

  @Override
  public void close() {
    objects.close();
    project.close();
    another.close();
  }
}
