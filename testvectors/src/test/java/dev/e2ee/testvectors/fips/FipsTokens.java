package dev.e2ee.testvectors.fips;

import dev.e2ee.interop.acontext.AcontextPepper;
import dev.e2ee.interop.acontext.AcontextToken;
import dev.e2ee.key.UserMasterKey;
import java.util.Arrays;
import java.util.Map;

/** API tokens in the FIPS profile. */
final class FipsTokens {
  private FipsTokens() {}

  static void add(Map<String, FipsActions.Action> all) {
    all.put("Acontext token", FipsTokens::acontext);
    all.put("Acontext verifier", () -> token().verifier(pepper()));
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
