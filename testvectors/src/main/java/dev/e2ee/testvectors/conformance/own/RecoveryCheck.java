package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.recovery.MalformedRecoveryWrapException;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.recovery.RecoveryWrap;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** Recovery codes and recovery wraps. */
public final class RecoveryCheck implements Check {
  private final ParameterCheck parameters = new ParameterCheck();

  /** The valid codes of the file by their bytes: a code is made of its text only. */
  private final Map<String, String> codes = new HashMap<>();

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    subject.e2ee();
    switch (vector.type()) {
      case "RecoveryCode" -> code(vector);
      case "RecoveryWrap" -> wrap(subject, vector);
      case "RecoveryWrapParameters" -> parameters.run(subject, vector);
      default -> throw new IllegalArgumentException("no such group here: " + vector.type());
    }
    return null;
  }

  private void code(TestVector v) throws GeneralSecurityException, WrongResultException {
    try (RecoveryCode code = RecoveryCode.parse(v.text("typed").toCharArray())) {
      Compare.same("code", v.isValid() ? v.hex("entropy") : new byte[0], code.getEncoded());
    }
    codes.putIfAbsent(v.text("entropy"), v.text("typed"));
  }

  private void wrap(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    String typed = codes.get(v.text("code"));
    if (typed == null) {
      throw new IllegalStateException("no code of the file has these bytes");
    }
    try (RecoveryCode code = RecoveryCode.parse(typed.toCharArray())) {
      UserMasterKey umk =
          RecoveryWrap.of(v.text("userId"), subject.e2ee())
              .unwrap(v.hex("wrap"), code, v.number("minimumIssue"));
      if (v.isValid()) {
        Compare.same("UMK", v.hex("umk"), umk.getEncoded());
        Compare.same(
            "id", v.text("keyId"), HexFormat.of().formatHex(umk.id().orElseThrow().toBytes()));
        Compare.same("generation", v.number("generation"), umk.generation());
        Compare.same("issue", v.number("issue"), RecoveryWrap.inspect(v.hex("wrap")).issue());
      }
    } catch (GeneralSecurityException e) {
      String kind = e.getClass().getSimpleName();
      kind = e instanceof MalformedRecoveryWrapException ? "malformed" : kind;
      kind = e instanceof AEADBadTagException ? "not-authentic" : kind;
      Compare.refusal(v, kind);
      throw e;
    }
  }
}
