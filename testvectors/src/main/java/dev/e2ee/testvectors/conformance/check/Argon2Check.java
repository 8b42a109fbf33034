package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.internal.Argon2Core;
import dev.e2ee.recovery.Argon2KeySpec;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id, RFC 9106, through the primitive: the service refuses costs under its floor, and takes
 * no secret and no associated data. What it takes is derived by the service too.
 */
public final class Argon2Check implements Check {
  private static final String FLOOR = "Floor";

  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    if (subject.engine().isApprovedOnly()) {
      throw new NotApprovedException("Argon2id", NotApprovedException.alternativeTo("Argon2id"));
    }
    byte[] expected = v.hex("tag");
    byte[] seen =
        Argon2Core.derive(
            v.number("memoryKiB"),
            v.number("passes"),
            v.number("lanes"),
            v.hex("password"),
            v.hex("salt"),
            v.hex("secret"),
            v.hex("associatedData"),
            expected.length);
    Compare.same("tag", expected, seen);
    if (!v.hasFlag(FLOOR)) {
      return null;
    }
    Argon2Cost cost = new Argon2Cost(v.number("memoryKiB"), v.number("passes"), v.number("lanes"));
    try (Argon2KeySpec spec =
        new Argon2KeySpec(v.hex("password"), v.hex("salt"), cost, expected.length)) {
      byte[] key = subject.secrets("Argon2id").generateSecret(spec).getEncoded();
      Compare.same("key of the service", expected, key);
    }
    return "derived by the service too";
  }
}
