package dev.e2ee.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.interop.acontext.AcontextPepper;
import dev.e2ee.interop.acontext.AcontextToken;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code testvectors/spec/apitoken.md}, sections 2 and 3. */
class ApiTokenTest {
  /** That of the specification's example, so that no run meets a check that fits by chance. */
  private static final String TOKEN = "e2ee_AqypN_HeLwIfuWBVTkhz5blfNSgGaOsuPlYv3cc9kUf-8OPV";

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n\0éА";
  private static final String HERE = "https://api.example.org";
  private static final String ELSEWHERE = "https://evil.example";

  private static String refused(String text) {
    InvalidApiTokenException e =
        Refused.with(InvalidApiTokenException.class, () -> ApiToken.parse(text.toCharArray()));
    StringWriter all = new StringWriter();
    e.printStackTrace(new PrintWriter(all));
    String secret = TOKEN.substring(10, 20);
    assertFalse(all.toString().contains(secret), () -> "a token in: " + all);
    return e.getMessage();
  }

  /** [apitoken-1] [apitoken-2] */
  @EveryEngine
  void isReadAsItWasWritten(TestEngine engine) throws Exception {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      try (ApiToken token = ApiToken.generate(engine.provider())) {
        String text = new String(token.text());
        assertTrue(text.matches("e2ee_[A-Za-z0-9_-]{48}"), "its form");
        assertTrue(seen.add(text) && seen.add(token.id().toString()));
        try (ApiToken back = ApiToken.parse(text.toCharArray());
            ApiToken there = ApiToken.parse(text.toCharArray(), engine.provider())) {
          assertEquals(token.id(), back.id());
          assertArrayEquals(token.text(), back.text());
          assertArrayEquals(token.text(), there.text());
          assertEquals("ApiToken[" + token.id() + "]", back.toString());
        }
      }
    }
  }

  /** [apitoken-2] [apitoken-3] Every single wrong character at every place, and every cut. */
  @Test
  void anyOtherTextIsRefused() throws Exception {
    ApiToken.parse(TOKEN.toCharArray()).close();
    for (int at = 0; at < TOKEN.length(); at++) {
      for (int k = 0; k < ALPHABET.length(); k++) {
        if (ALPHABET.charAt(k) != TOKEN.charAt(at)) {
          refused(TOKEN.substring(0, at) + ALPHABET.charAt(k) + TOKEN.substring(at + 1));
        }
      }
      refused(TOKEN.substring(0, at));
      refused(TOKEN.substring(at + 1));
    }
    for (String other :
        List.of(
            TOKEN + "A",
            TOKEN + "\n",
            " " + TOKEN,
            TOKEN + "====",
            TOKEN + TOKEN,
            TOKEN.toUpperCase(Locale.ROOT),
            TOKEN.toLowerCase(Locale.ROOT))) {
      refused(other);
    }
  }

  /** [apitoken-4] Threat 3: each version's text to the other's reader. */
  @Test
  void aTokenOfVersionOneIsNamed() {
    try (AcontextPepper pepper = AcontextPepper.of("a pepper".toCharArray());
        AcontextToken one = AcontextToken.issue(Sample.umk(), pepper)) {
      for (String text : List.of(new String(one.text()), "sk-ac-legacy")) {
        String message = refused(text);
        assertTrue(message.contains("dev.e2ee.interop.acontext.AcontextToken"), message);
      }
    }
    assertTrue(refused("e2ee_Aw" + TOKEN.substring(7)).contains("version 3"));
  }

  private static byte[] auth(ApiToken token, String audience) {
    try (SecretBytes auth = token.auth(audience)) {
      return auth.copy();
    }
  }

  /** [apitoken-5] [apitoken-7] Threat 16: what one server is given is of no use at another. */
  @EveryEngine
  void authIsOfOneServer(TestEngine engine) throws Exception {
    try (ApiToken token = ApiToken.generate(engine.provider());
        ApiToken other = ApiToken.generate()) {
      ApiTokenVerifier kept = ApiTokenVerifier.of(token.verifier(HERE).toBytes());
      byte[] auth = auth(token, HERE);
      assertTrue(kept.accepts(auth));
      assertArrayEquals(auth, auth(token, HERE), "the same each time");
      assertFalse(kept.accepts(auth(token, ELSEWHERE)));
      assertFalse(kept.accepts(auth(token, HERE + "/")));
      assertFalse(kept.accepts(auth(other, HERE)));
      assertFalse(token.verifier(ELSEWHERE).accepts(auth));
      assertFalse(kept.accepts(kept.toBytes()), "a verifier that was stolen");
      for (int bit = 0; bit < 256; bit++) {
        byte[] flipped = auth.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertFalse(kept.accepts(flipped));
      }
      for (int length : new int[] {0, 1, 16, 31, 33, 64}) {
        assertFalse(kept.accepts(Arrays.copyOf(auth, length)));
      }
      assertEquals("ApiTokenVerifier[32 bytes]", kept.toString());
    }
  }

  /** [apitoken-6] */
  @Test
  void anAudienceIsTextWithinBounds() {
    try (ApiToken token = ApiToken.generate()) {
      for (String bad : List.of("", "\ud800", "a\udc00", "x".repeat(1025), "é".repeat(513))) {
        Refused.with(IllegalArgumentException.class, () -> token.auth(bad));
        Refused.with(IllegalArgumentException.class, () -> token.verifier(bad));
      }
      assertNotEquals(
          Arrays.toString(auth(token, "\u00e9")), Arrays.toString(auth(token, "e\u0301")));
      assertEquals(32, auth(token, "é".repeat(512)).length);
    }
  }

  @Test
  void idsAndVerifiersHaveTheirLengths() {
    try (ApiToken token = ApiToken.generate();
        ApiToken other = ApiToken.generate()) {
      assertEquals(token.id(), ApiTokenId.of(token.id().toBytes()));
      assertEquals(token.id().hashCode(), ApiTokenId.of(token.id().toBytes()).hashCode());
      assertNotEquals(token.id(), other.id());
      assertNotEquals(token.id(), (Object) token.id().toString());
    }
    Refused.with(IllegalArgumentException.class, () -> ApiTokenId.of(new byte[15]));
    Refused.with(IllegalArgumentException.class, () -> ApiTokenVerifier.of(new byte[31]));
  }

  @Test
  void whatIsClosedGivesNothing() throws Exception {
    ApiToken token = ApiToken.parse(TOKEN.toCharArray());
    ApiTokenId id = token.id();
    token.close();
    token.close();
    assertEquals(id, token.id());
    Refused.with(IllegalStateException.class, token::text);
    Refused.with(IllegalStateException.class, () -> token.auth(HERE));
    Refused.with(IllegalStateException.class, () -> token.verifier(HERE));
    ApiTokenWrap wraps = ApiTokenWrap.of("ann");
    Refused.with(IllegalStateException.class, () -> wraps.wrap(Sample.umk(), token, 1));
  }
}
