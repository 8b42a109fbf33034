package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenVerifier;
import dev.e2ee.token.ApiTokenWrap;
import dev.e2ee.token.MalformedApiTokenWrapException;
import java.security.GeneralSecurityException;
import java.security.SignatureException;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** API tokens, what a server gets of them, and their wraps. */
public final class ApiTokenCheck implements Check {
  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    E2eeProvider provider = subject.e2ee();
    switch (v.type()) {
      case "ApiToken" -> token(provider, v);
      case "ApiTokenAuth" -> auth(provider, v);
      case "ApiTokenVerify" -> verify(v);
      case "ApiTokenWrap" -> wrap(provider, v);
      default -> throw new IllegalArgumentException("no such group here: " + v.type());
    }
    return null;
  }

  private static void token(E2eeProvider provider, TestVector v)
      throws GeneralSecurityException, WrongResultException {
    try (ApiToken token = ApiToken.parse(v.text("text").toCharArray(), provider)) {
      Compare.same("id", v.isValid() ? v.hex("tokenId") : new byte[0], token.id().toBytes());
      Compare.same("text", v.text("text"), new String(token.text()));
    }
  }

  private static void auth(E2eeProvider provider, TestVector v)
      throws GeneralSecurityException, WrongResultException {
    try (ApiToken token = ApiToken.parse(v.text("text").toCharArray(), provider);
        SecretBytes auth = token.auth(v.text("audience"))) {
      Compare.same("auth", v.hex("auth"), auth.copy());
      Compare.same("verifier", v.hex("verifier"), token.verifier(v.text("audience")).toBytes());
    }
  }

  private static void verify(TestVector v) throws SignatureException {
    if (!ApiTokenVerifier.of(v.hex("verifier")).accepts(v.hex("auth"))) {
      throw new SignatureException("refused");
    }
  }

  private static void wrap(E2eeProvider provider, TestVector v)
      throws GeneralSecurityException, WrongResultException {
    try (ApiToken token = ApiToken.parse(v.text("token").toCharArray(), provider);
        UserMasterKey umk =
            ApiTokenWrap.of(v.text("userId"), provider)
                .unwrap(v.hex("wrap"), token, v.number("minimumIssue"))) {
      if (v.isValid()) {
        Compare.same("UMK", v.hex("umk"), umk.getEncoded());
        Compare.same(
            "id", v.text("keyId"), HexFormat.of().formatHex(umk.id().orElseThrow().toBytes()));
        Compare.same("generation", v.number("generation"), umk.generation());
        Compare.same("issue", v.number("issue"), ApiTokenWrap.inspect(v.hex("wrap")).issue());
      }
    } catch (GeneralSecurityException e) {
      String kind = e.getClass().getSimpleName();
      kind = e instanceof MalformedApiTokenWrapException ? "malformed" : kind;
      kind = e instanceof AEADBadTagException ? "not-authentic" : kind;
      Compare.refusal(v, kind);
      throw e;
    }
  }
}
