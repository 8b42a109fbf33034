package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.AcontextAttacks.ABOUT;
import static dev.e2ee.testvectors.hostile.AcontextAttacks.ACONTEXT;
import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.interop.acontext.AcontextFormatException;
import dev.e2ee.interop.acontext.AcontextObject;
import dev.e2ee.interop.acontext.AcontextObjects;
import dev.e2ee.interop.acontext.AcontextPepper;
import dev.e2ee.interop.acontext.AcontextToken;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * What a server tries that keeps Acontext's verifiers and carries its tokens, and has not the
 * pepper. Acontext's own server has it: that is a limit of its design.
 */
final class AcontextTokenAttacks implements Attacks {
  private static final byte[] CONTENT = "the content of an object".getBytes(UTF_8);

  private final UserMasterKey project = RotationScene.key();
  private final UserMasterKey another = RotationScene.key();
  private final AcontextPepper pepper = AcontextPepper.of("of this server alone".toCharArray());
  private final AcontextToken token = AcontextToken.issue(project, pepper);
  private final AcontextToken others = AcontextToken.issue(another, pepper);
  private final AcontextObject object;

  AcontextTokenAttacks() {
    try (AcontextObjects objects = AcontextObjects.with(project)) {
      object = objects.seal(CONTENT);
    }
  }

  private static byte[] bytes(AcontextToken token) {
    return Base64.getUrlDecoder().decode(new String(token.text()).substring(6));
  }

  private static AcontextToken token(byte[] bytes) throws AcontextFormatException {
    return AcontextToken.parse(
        ("sk-ac-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)).toCharArray());
  }

  @Override
  public List<Attack> attacks() {
    byte[] spliced = bytes(token);
    System.arraycopy(bytes(others), 17, spliced, 17, 40);
    return List.of(
        Attack.of(ABOUT, "reads verifiers and look-up values", this::reads, 16),
        Attack.of(ABOUT, "changes each byte of a token in turn", this::changesToken, 1, 13),
        Attack.of(
            ABOUT,
            "puts another token's wrap into a token",
            () -> refused(AEADBadTagException.class, () -> token(spliced).masterKey(pepper)),
            9,
            13),
        Attack.of(ABOUT, "puts the wrap of before into a rotated token", this::oldWrap, 10, 13),
        Attack.of(ABOUT, "gives the token of another project", this::otherToken, 9),
        Attack.of(ABOUT, "gives another token's verifier", this::otherVerifier, 9),
        Attack.of(ABOUT, "changes the salt or the hash of a verifier", this::changesVerifier, 3),
        Attack.of(ABOUT, "writes a cost of its choice into a verifier", this::costs, 5, 17),
        Attack.limit(
            ABOUT,
            "keeps the token of before a rotation, and learns the pepper",
            new Documented(
                ACONTEXT + "AcontextToken.java",
                "Rotation keeps the master key: who had an old token and the pepper reads on."),
            this::rotated,
            10),
        Attack.limit(
            ABOUT,
            "is Acontext's own server: it is sent the token, and has the pepper",
            new Documented(
                ACONTEXT + "AcontextToken.java",
                "This one is not end to end: the whole of it is sent with each request"),
            this::itsOwnServer,
            16));
  }

  private String reads() {
    HostileServer server = new HostileServer();
    server.put("lookup", token.lookup(pepper).getBytes(US_ASCII));
    server.put("verifier", token.verifier(pepper).getBytes(US_ASCII));
    byte[] auth = HexFormat.of().formatHex(bytes(token), 1, 17).getBytes(US_ASCII);
    assertFalse(server.hasSeen(auth));
    assertFalse(server.hasSeen(project.getEncoded()));
    return "neither key nor auth secret stands in any of it";
  }

  private String changesToken() throws Exception {
    byte[] genuine = bytes(token);
    String last = refused(AcontextFormatException.class, () -> token(flipped(genuine, 0)));
    for (int i = 1; i < genuine.length; i++) {
      byte[] changed = flipped(genuine, i);
      last = refused(AEADBadTagException.class, () -> token(changed).masterKey(pepper));
    }
    token(genuine).masterKey(pepper).close();
    return "each is refused; the last: " + last;
  }

  private String oldWrap() throws Exception {
    try (AcontextToken next = token.rotate(pepper)) {
      next.masterKey(pepper).close();
      byte[] spliced = bytes(next);
      System.arraycopy(bytes(token), 17, spliced, 17, 40);
      return refused(AEADBadTagException.class, () -> token(spliced).masterKey(pepper));
    }
  }

  private String otherToken() throws Exception {
    try (UserMasterKey key = others.masterKey(pepper);
        UserMasterKey own = token.masterKey(pepper);
        AcontextObjects under = AcontextObjects.with(key);
        AcontextObjects right = AcontextObjects.with(own)) {
      assertArrayEquals(CONTENT, right.open(object.body(), object.metadata()));
      return refused(AEADBadTagException.class, () -> under.open(object.body(), object.metadata()));
    }
  }

  private String otherVerifier() throws Exception {
    String verifier = token.verifier(pepper);
    assertTrue(token.matches(verifier, pepper));
    assertFalse(others.matches(verifier, pepper));
    assertFalse(token.lookup(pepper).equals(others.lookup(pepper)));
    return "it matches its own token and no other";
  }

  private String changesVerifier() throws Exception {
    String verifier = token.verifier(pepper);
    for (int at : new int[] {verifier.length() - 60, verifier.length() - 30}) {
      char other = verifier.charAt(at) == 'A' ? 'B' : 'A';
      String changed = verifier.substring(0, at) + other + verifier.substring(at + 1);
      assertFalse(token.matches(changed, pepper), changed);
    }
    assertTrue(token.matches(verifier, pepper));
    return "a changed salt or hash matches nothing";
  }

  private String costs() throws Exception {
    String verifier = token.verifier(pepper);
    String last = "";
    for (String cost : List.of("m=99999999,t=2,p=1", "m=16384,t=1,p=1", "m=8,t=2,p=1")) {
      String costly = verifier.replace("m=16384,t=2,p=1", cost);
      last = refused(AcontextFormatException.class, () -> token.matches(costly, pepper));
    }
    return last;
  }

  private String rotated() throws Exception {
    try (AcontextToken next = token.rotate(pepper);
        UserMasterKey now = next.masterKey(pepper);
        UserMasterKey before = token.masterKey(pepper)) {
      assertArrayEquals(now.getEncoded(), before.getEncoded());
      assertFalse(token.matches(next.verifier(pepper), pepper));
    }
    return "the server's verifier refuses it, and it opens every object; a token of our own has an"
        + " issue that can be asked for";
  }

  private String itsOwnServer() throws Exception {
    try (AcontextToken sent = AcontextToken.parse(token.text());
        UserMasterKey key = sent.masterKey(pepper);
        AcontextObjects its = AcontextObjects.with(key)) {
      assertArrayEquals(CONTENT, its.open(object.body(), object.metadata()));
    }
    return "it reads everything; a token of our own is never sent";
  }

  @Override
  public void close() {
    token.close();
    others.close();
    pepper.close();
    project.close();
    another.close();
  }
}
