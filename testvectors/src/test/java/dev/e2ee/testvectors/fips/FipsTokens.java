package dev.e2ee.testvectors.fips;

import dev.e2ee.interop.acontext.AcontextPepper;
import dev.e2ee.interop.acontext.AcontextToken;
import dev.e2ee.interop.starfish.StarfishIdentity;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenWrap;
import java.util.Arrays;
import java.util.Map;

/** API tokens, and what other systems derive from secrets that people type, in the FIPS profile. */
final class FipsTokens {
  private FipsTokens() {}

  static void add(Map<String, FipsActions.Action> all) {
    all.put("API token", FipsTokens::apiToken);
    all.put("Acontext token", FipsTokens::acontext);
    all.put("Acontext verifier", () -> token().verifier(pepper()));
    all.put(
        "Starfish identity",
        () -> StarfishIdentity.fromPassphrase("passphrase".toCharArray(), "phone"));
  }

  private static boolean apiToken() throws Exception {
    ApiTokenWrap wraps = ApiTokenWrap.of("ann");
    try (ApiToken token = ApiToken.parse(ApiToken.generate().text());
        SecretBytes auth = token.auth("here")) {
      byte[] wrap = wraps.wrap(UserMasterKey.of(FipsActions.UMK), token, 1);
      return token.verifier("here").accepts(auth.copy())
          && Arrays.equals(FipsActions.UMK, wraps.unwrap(wrap, token, 1).getEncoded());
    }
  }

  private static AcontextPepper pepper() {
    return AcontextPepper.of("short".toCharArray());
  }

  private static AcontextToken token() {
    return AcontextToken.issue(UserMasterKey.of(FipsActions.UMK), pepper());
  }

  private static boolean acontext() throws Exception {
    AcontextToken read = AcontextToken.parse(token().text());
    return Arrays.equals(FipsActions.UMK, read.masterKey(pepper()).getEncoded())
        && read.lookup(pepper()).length() == 64;
  }
}
