package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenWrap;
import dev.e2ee.token.MalformedApiTokenWrapException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What a server tries that has a token's verifier, its wrap and each request. */
final class TokenAttacks implements Attacks {
  private static final String ABOUT = "API token";
  private static final String NAME = "https://api.example.org";

  private final HostileServer server = new HostileServer();
  private final ApiTokenWrap wraps = ApiTokenWrap.of("ann");
  private final UserMasterKey umk;
  private final ApiToken token = ApiToken.generate();
  private final ApiToken next = ApiToken.generate();
  private final byte[] wrap;
  private final byte[] rotated;

  TokenAttacks() throws Exception {
    umk = newUmk();
    wrap = wraps.wrap(umk, token, 1);
    rotated = wraps.rotate(wrap, token, next, 1);
    server.put("wrap", wrap);
    server.put("wrap", rotated);
    server.put("verifier", token.verifier(NAME).toBytes());
    try (SecretBytes auth = token.auth(NAME)) {
      server.put("requests", auth.copy());
    }
  }

  private static UserMasterKey newUmk() throws Exception {
    return (UserMasterKey)
        KeyGenerator.getInstance("E2EE-UMK", new dev.e2ee.provider.E2eeProvider()).generateKey();
  }

  @Override
  public List<Attack> attacks() {
    return List.of(
        Attack.of(ABOUT, "opens the wrap with what a request shows it", this::opensTheWrap, 16),
        Attack.of(ABOUT, "uses a request at another server", this::elsewhere, 16),
        Attack.of(ABOUT, "shows its table of verifiers as requests", this::verifierAsAuth, 16),
        Attack.of(ABOUT, "changes each byte of the wrap in turn", this::changes, 1, 3, 6),
        Attack.of(ABOUT, "waits for a wrap that comes twice", this::repeats, 8),
        Attack.of(ABOUT, "puts the wrap of before the rotation back", this::putBack, 10),
        Attack.of(ABOUT, "gives a wrap of a key of its own", this::ownKey, 2),
        Attack.of(ABOUT, "gives one user the wrap of another", this::otherUser, 9),
        Attack.of(ABOUT, "gives a wrap that is too long", this::tooLong, 17));
  }

  private String opensTheWrap() throws Exception {
    assertFalse(server.hasSeen(umk.getEncoded()));
    byte[] box = Arrays.copyOfRange(wrap, 80, 140);
    for (byte[] known : server.everything()) {
      for (int at = 0; at + 32 <= known.length; at++) {
        SecretKeySpec key = new SecretKeySpec(known, at, 32, "AES");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, box, 0, 12));
        cipher.updateAAD("e2ee-apitoken-wrap-v2\0".getBytes(UTF_8));
        cipher.updateAAD(wrap, 0, 80);
        String unused =
            refused(AEADBadTagException.class, () -> cipher.doFinal(box, 12, box.length - 12));
      }
    }
    return "no 32 bytes of what it has open it";
  }

  private String elsewhere() throws Exception {
    try (SecretBytes auth = token.auth(NAME)) {
      assertFalse(token.verifier("https://other.example.org").accepts(auth.copy()));
      assertTrue(token.verifier(NAME).accepts(auth.copy()));
    }
    return "another server's verifier refuses it";
  }

  private String verifierAsAuth() {
    byte[] table = token.verifier(NAME).toBytes();
    assertFalse(token.verifier(NAME).accepts(table));
    return "a verifier refuses itself";
  }

  private String repeats() throws Exception {
    Set<String> boxes = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      byte[] one = wraps.wrap(umk, token, 1);
      assertTrue(boxes.add(new String(one, 80, 12, ISO_8859_1)));
    }
    return "500 wraps of one key for one token have 500 nonces";
  }

  private String changes() {
    String last = "";
    for (int i = 0; i < wrap.length; i++) {
      byte[] changed = flipped(wrap, i);
      last = refused(GeneralSecurityException.class, () -> wraps.unwrap(changed, token, 1));
    }
    return "each is refused; the last: " + last;
  }

  private String putBack() throws Exception {
    byte[] older = wraps.wrap(umk, next, 1);
    wraps.unwrap(rotated, next, 2).close();
    return refused(AEADBadTagException.class, () -> wraps.unwrap(older, next, 2));
  }

  private String ownKey() throws Exception {
    try (ApiToken own = ApiToken.generate();
        UserMasterKey its = newUmk()) {
      byte[] planted = wraps.wrap(its, own, 2);
      System.arraycopy(token.id().toBytes(), 0, planted, 32, 16);
      return refused(AEADBadTagException.class, () -> wraps.unwrap(planted, token, 1));
    }
  }

  private String otherUser() {
    return refused(AEADBadTagException.class, () -> ApiTokenWrap.of("bob").unwrap(wrap, token, 1));
  }

  private String tooLong() {
    return refused(
        MalformedApiTokenWrapException.class,
        () -> wraps.unwrap(Arrays.copyOf(wrap, 1 << 20), token, 1));
  }

  @Override
  public Map<Integer, String> notHere() {
    return Map.of(15, "a wrap holds one key of 32 bytes and has one length");
  }

  @Override
  public void close() {
    token.close();
    next.close();
    umk.close();
  }
}
