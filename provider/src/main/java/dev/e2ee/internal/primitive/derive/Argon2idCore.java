package dev.e2ee.internal.primitive.derive;

import dev.e2ee.argon2.Argon2id;
import dev.e2ee.argon2.InsufficientMemoryException;
import dev.e2ee.recovery.Argon2KeySpec;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;

/** Argon2id of a specification, whose costs were bounded when it was made. */
final class Argon2idCore {
  private Argon2idCore() {}

  /**
   * The key, which the caller wipes.
   *
   * @throws InvalidKeySpecException when the specification was closed, or this JVM has not the
   *     memory
   */
  static byte[] derive(Argon2KeySpec spec) throws InvalidKeySpecException {
    byte[] password = password(spec);
    try {
      return Argon2id.derive(spec.cost(), password, spec.salt(), spec.keyLength());
    } catch (InsufficientMemoryException e) {
      throw new InvalidKeySpecException(e.getMessage(), e);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private static byte[] password(Argon2KeySpec spec) throws InvalidKeySpecException {
    try {
      return spec.password();
    } catch (IllegalStateException e) {
      throw new InvalidKeySpecException("the specification was closed; make it anew", e);
    }
  }
}
