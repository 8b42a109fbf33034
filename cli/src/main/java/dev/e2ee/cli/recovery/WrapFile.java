package dev.e2ee.cli.recovery;

import dev.e2ee.argon2.InsufficientMemoryException;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.recovery.MalformedRecoveryWrapException;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.recovery.RecoveryWrap;
import dev.e2ee.spi.NotApprovedException;
import java.io.IOException;
import javax.crypto.AEADBadTagException;

/**
 * A recovery wrap that was read from a file.
 *
 * @param name of the file
 * @param bytes its content
 * @param info what it says of itself
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WrapFile(String name, byte[] bytes, RecoveryWrap.Info info) {
  private static final int MOST = 4096;

  /**
   * Reads one.
   *
   * @throws Failure NOT_AUTHENTIC when it is no recovery wrap
   */
  static WrapFile read(Surroundings surroundings, String name) throws IOException {
    byte[] bytes = Inputs.read(surroundings, name, MOST);
    try {
      return new WrapFile(name, bytes, RecoveryWrap.inspect(bytes));
    } catch (MalformedRecoveryWrapException e) {
      throw refused(name, e, "Check that it is the right, whole file.");
    }
  }

  /** How its key was derived from the code, by name. */
  String derivation() {
    return derivation(info.cost().isEmpty());
  }

  /** The same of a wrap that is made. */
  static String derivation(boolean withoutCost) {
    return withoutCost ? "HKDF-SHA-256" : "Argon2id";
  }

  /**
   * The key inside, which the caller closes.
   *
   * @throws Failure NOT_AUTHENTIC when code, user and file do not belong together; USAGE in the
   *     FIPS profile when the wrap has a cost
   */
  UserMasterKey unwrap(String userId, RecoveryCode code, int minimumIssue) {
    try {
      return RecoveryWrap.of(userId).unwrap(bytes, code, minimumIssue);
    } catch (MalformedRecoveryWrapException | AEADBadTagException e) {
      throw refused(name, e, "Give the --user and the code that belong to this file.");
    } catch (InsufficientMemoryException e) {
      throw new Failure(Exit.IO, String.valueOf(e.getMessage()), "Set E2EE_JAVA_OPTS=-Xmx1g.", e);
    } catch (NotApprovedException e) {
      throw new Failure(
          Exit.USAGE,
          name
              + ": this code has a cost, which is Argon2id's, and that is not approved in the FIPS"
              + " profile",
          "Open it without the profile (E2EE_ENGINE=jdk), and make a new code for the profile with:"
              + " e2ee recovery create --without-cost",
          e);
    }
  }

  private static Failure refused(String name, Exception e, String advice) {
    return new Failure(Exit.NOT_AUTHENTIC, name + ": " + e.getMessage(), advice, e);
  }
}
