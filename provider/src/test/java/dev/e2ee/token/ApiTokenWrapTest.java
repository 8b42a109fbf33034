package dev.e2ee.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.format.ContextFields;
import dev.e2ee.internal.token.ApiTokenCore;
import dev.e2ee.internal.token.ApiTokenWrapMessage;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code testvectors/spec/apitoken.md}, section 4. */
class ApiTokenWrapTest {
  private static final KeyId ID =
      KeyId.of(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6});
  private static final String USER = "alice";
  private static final String SERVER = "https://api.example.org";

  private final ApiTokenWrap wraps = ApiTokenWrap.of(USER);
  private final ApiToken token = ApiToken.generate();

  private static UserMasterKey umk() {
    return UserMasterKey.of(Sample.umkBytes(), ID, 5);
  }

  @EveryEngine
  void bringsTheUmk(TestEngine engine) throws Exception {
    ApiTokenWrap over = ApiTokenWrap.of(USER, engine.provider());
    byte[] wrap = over.wrap(umk(), token, 2);
    assertEquals(140, wrap.length);
    assertEquals(new ApiTokenWrap.Info(token.id(), ID, 5, 2), ApiTokenWrap.inspect(wrap));
    try (ApiToken read = ApiToken.parse(token.text());
        UserMasterKey back = wraps.unwrap(wrap, read, 1);
        UserMasterKey there = over.unwrap(wrap, read, 1)) {
      assertArrayEquals(Sample.umkBytes(), back.getEncoded());
      assertArrayEquals(Sample.umkBytes(), there.getEncoded());
      assertEquals(ID, back.id().orElseThrow());
      assertEquals(5, back.generation());
    }
    // [apitoken-12]
    byte[] again = over.wrap(umk(), token, 2);
    assertArrayEquals(Arrays.copyOf(wrap, 80), Arrays.copyOf(again, 80));
    assertFalse(Arrays.equals(wrap, 80, 92, again, 80, 92), "a nonce of its own");
  }

  @Test
  void aRawUmkKeepsItsOwnId() throws Exception {
    byte[] wrap = wraps.wrap(Sample.umk(), token, 1);
    try (Envelope raw = Envelope.with(Sample.umk());
        Envelope back = Envelope.with(wraps.unwrap(wrap, token, 1))) {
      byte[] sealed = raw.seal(new byte[] {3}, Sample.context());
      assertArrayEquals(new byte[] {3}, back.open(sealed, Sample.context()));
    }
  }

  private static void assertNotAuthentic(org.junit.jupiter.api.function.Executable opening) {
    assertEquals(
        ApiTokenCore.NOT_AUTHENTIC, Refused.with(AEADBadTagException.class, opening).getMessage());
  }

  /** [apitoken-8] [apitoken-9] [apitoken-10] [apitoken-11] Each bit, and each length. */
  @Tag("once")
  @Test
  void everyBitMatters() {
    byte[] wrap = wraps.wrap(umk(), token, 3);
    for (int bit = 0; bit < 8 * wrap.length; bit++) {
      byte[] altered = wrap.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      // Generation and issue, 5 and 3, are malformed when negative; no single bit makes them 0.
      boolean malformed = bit < 64 || bit == 8 * 8 + 7 || bit == 28 * 8 + 7;
      if (malformed) {
        Refused.with(MalformedApiTokenWrapException.class, () -> wraps.unwrap(altered, token, 1));
        Refused.with(MalformedApiTokenWrapException.class, () -> ApiTokenWrap.inspect(altered));
      } else {
        assertNotAuthentic(() -> wraps.unwrap(altered, token, 1));
      }
    }
    for (int length = 0; length < wrap.length; length++) {
      byte[] cut = Arrays.copyOf(wrap, length);
      Refused.with(MalformedApiTokenWrapException.class, () -> wraps.unwrap(cut, token, 1));
    }
    byte[] longer = Arrays.copyOf(wrap, 141);
    Refused.with(MalformedApiTokenWrapException.class, () -> wraps.unwrap(longer, token, 1));
  }

  /** Threats 4 and 10. [apitoken-11] [apitoken-13] */
  @Test
  void isBoundToTokenUserAndIssue() throws Exception {
    byte[] wrap = wraps.wrap(umk(), token, 2);
    assertNotAuthentic(() -> wraps.unwrap(wrap, ApiToken.generate(), 1));
    assertNotAuthentic(() -> ApiTokenWrap.of("bob").unwrap(wrap, token, 1));
    wraps.unwrap(wrap, token, 2).close();
    assertEquals(
        "this wrap has the number 2, and 3 is remembered: an older one was put back",
        Refused.with(AEADBadTagException.class, () -> wraps.unwrap(wrap, token, 3)).getMessage());
    // A server that changes the number gets the one answer of all that is altered.
    byte[] raised = wrap.clone();
    raised[31] = 3;
    assertNotAuthentic(() -> wraps.unwrap(raised, token, 3));
    Refused.with(IllegalArgumentException.class, () -> wraps.wrap(umk(), token, 0));
    for (String bad : List.of("", "\ud800", "x".repeat(1025))) {
      Refused.with(IllegalArgumentException.class, () -> ApiTokenWrap.of(bad));
    }
  }

  /** [apitoken-14] No record is touched; the old token opens its old wrap on, where it was kept. */
  @Test
  void rotationKeepsTheUmkAndItsRecords() throws Exception {
    byte[] wrap = wraps.wrap(umk(), token, 2);
    byte[] record;
    try (Envelope before = Envelope.with(wraps.unwrap(wrap, token, 1))) {
      record = before.seal(Sample.plaintext(50), Sample.context());
    }
    byte[] kept = record.clone();
    try (ApiToken next = ApiToken.generate()) {
      byte[] rotated = wraps.rotate(wrap, token, next, 2);
      assertEquals(new ApiTokenWrap.Info(next.id(), ID, 5, 3), ApiTokenWrap.inspect(rotated));
      try (UserMasterKey back = wraps.unwrap(rotated, next, 3);
          Envelope after = Envelope.with(back)) {
        assertArrayEquals(Sample.plaintext(50), after.open(record, Sample.context()));
      }
      assertArrayEquals(kept, record);
      assertNotAuthentic(() -> wraps.unwrap(rotated, token, 1));
      assertNotAuthentic(() -> wraps.unwrap(wrap, next, 1));
      // What it does not undo.
      wraps.unwrap(wrap, token, 1).close();
      Refused.with(AEADBadTagException.class, () -> wraps.unwrap(wrap, token, 3));
      ApiTokenVerifier verifier = next.verifier(SERVER);
      try (SecretBytes old = token.auth(SERVER)) {
        assertFalse(verifier.accepts(old.copy()));
      }
    }
  }

  /** [apitoken-13] Of two tokens the older one is rotated: its successor is the newest of all. */
  @Test
  void aRotatedTokenIsNewerThanTheOthers() throws Exception {
    try (ApiToken other = ApiToken.generate();
        ApiToken next = ApiToken.generate()) {
      byte[] first = wraps.wrap(umk(), token, 1);
      byte[] second = wraps.wrap(umk(), other, 2);
      for (int issue : new int[] {0, 1}) {
        Refused.with(
            IllegalArgumentException.class, () -> wraps.rotate(first, token, next, 1, issue));
      }
      byte[] rotated = wraps.rotate(first, token, next, 1, 3);
      assertEquals(3, ApiTokenWrap.inspect(rotated).issue());
      wraps.unwrap(rotated, next, 3).close();
      wraps.unwrap(second, other, 2).close();
    }
  }

  @Test
  void rotationRefusesWhatIsNone() throws Exception {
    byte[] wrap = wraps.wrap(umk(), token, 2);
    byte[] last = wraps.wrap(umk(), token, Integer.MAX_VALUE);
    try (ApiToken next = ApiToken.generate();
        ApiToken same = ApiToken.parse(token.text())) {
      Refused.with(IllegalArgumentException.class, () -> wraps.rotate(wrap, token, same, 1));
      Refused.with(IllegalArgumentException.class, () -> wraps.rotate(last, token, next, 1));
      assertNotAuthentic(() -> wraps.rotate(wrap, next, token, 1));
      Refused.with(AEADBadTagException.class, () -> wraps.rotate(wrap, token, next, 3));
      Refused.with(
          MalformedApiTokenWrapException.class, () -> wraps.rotate(new byte[9], token, next, 1));
    }
  }

  /**
   * All 32 bytes that a server has, and what it makes in one step of auth, verifier, token id and
   * commitment.
   */
  private static List<byte[]> known(ApiToken token, byte[] wrap) throws Exception {
    Engine engine = Engine.jdk();
    List<byte[]> parts = new ArrayList<>();
    byte[] auth;
    try (SecretBytes secret = token.auth(SERVER)) {
      auth = secret.copy();
    }
    byte[] id = token.id().toBytes();
    parts.add(auth);
    parts.add(token.verifier(SERVER).toBytes());
    parts.add(ByteBuffer.allocate(32).put(id).put(id).array());
    for (int at = 0; at + 32 <= wrap.length; at++) {
      parts.add(Arrays.copyOfRange(wrap, at, at + 32));
    }
    List<byte[]> all = new ArrayList<>(parts);
    byte[] user = ContextFields.ofUser(USER);
    byte[] head = Arrays.copyOf(wrap, 48);
    for (byte[] part : List.of(parts.get(0), parts.get(1), parts.get(2), parts.get(3 + 48))) {
      all.add(engine.sha256(part));
      try (SecretBytes key = SecretBytes.copyOf(part)) {
        for (String label : List.of("key", "commit", "auth", "id", "check", "verifier", "wrap")) {
          String name = "e2ee-apitoken-" + label + "-v2";
          Bound bound = new Bound(name).lp(user).lp(head);
          all.add(Hkdf.expand(engine, key, bound.bytes(), 32));
          all.add(Hkdf.expand(engine, key, new Bound(name).bytes(), 32));
          all.add(Hkdf.expand(engine, key, new Bound(name).lp(SERVER.getBytes(UTF_8)).bytes(), 32));
        }
      }
    }
    return all;
  }

  private static byte[] openAsKey(SecretBytes key, byte[] wrap) throws AEADBadTagException {
    byte[] aad = new Bound("e2ee-apitoken-wrap-v2").raw(Arrays.copyOf(wrap, 80)).bytes();
    return Box.open(Engine.jdk(), key, Arrays.copyOfRange(wrap, 80, 140), aad);
  }

  /**
   * Threats 2 and 16: a server with verifier, auth, wrap and every public value opens nothing with
   * them, as a seed, as the key of the box, or as a token.
   */
  @Tag("once")
  @Test
  void aHostileServerOpensNothing() throws Exception {
    byte[] wrap = wraps.wrap(umk(), token, 2);
    ApiTokenWrapMessage message = ApiTokenWrapMessage.parse(wrap);
    byte[] user = ContextFields.ofUser(USER);
    ApiTokenCore core = new ApiTokenCore(Engine.jdk());
    // Whoever has the seed opens it in both of these ways, so that the search would find it.
    try (SecretBytes seed = token.seed();
        SecretBytes umk = core.unwrap(message, seed, user)) {
      assertArrayEquals(Sample.umkBytes(), umk.copy());
      Bound info = new Bound("e2ee-apitoken-key-v2").lp(user).lp(Arrays.copyOf(wrap, 48));
      try (SecretBytes key = SecretBytes.adopt(Hkdf.expand(Engine.jdk(), seed, info.bytes(), 32))) {
        assertArrayEquals(Sample.umkBytes(), openAsKey(key, wrap));
      }
    }
    List<byte[]> candidates = known(token, wrap);
    assertEquals(3 + 109 + 4 * 22, candidates.size());
    for (byte[] candidate : candidates) {
      try (SecretBytes secret = SecretBytes.copyOf(candidate)) {
        assertNotAuthentic(() -> core.unwrap(message, secret, user));
        Refused.with(AEADBadTagException.class, () -> openAsKey(secret, wrap));
      }
    }
  }

  /** Threat 2: a server that wraps a UMK of its own with what it knows is found out. */
  @Test
  void aHostileServerPutsNoUmkOfItsOwnThere() throws Exception {
    byte[] wrap = wraps.wrap(umk(), token, 2);
    byte[] head = Arrays.copyOf(wrap, 48);
    byte[] user = ContextFields.ofUser(USER);
    ApiTokenCore core = new ApiTokenCore(Engine.jdk());
    try (SecretBytes own = SecretBytes.copyOf(new byte[32])) {
      for (byte[] candidate : known(token, wrap).subList(0, 112)) {
        try (SecretBytes secret = SecretBytes.copyOf(candidate)) {
          byte[] forged = core.wrap(own, secret, user, head);
          assertNotAuthentic(() -> wraps.unwrap(forged, token, 1));
          // With the true commitment kept.
          byte[] grafted = wrap.clone();
          System.arraycopy(forged, 80, grafted, 80, 60);
          assertNotAuthentic(() -> wraps.unwrap(grafted, token, 1));
        }
      }
    }
  }
}
