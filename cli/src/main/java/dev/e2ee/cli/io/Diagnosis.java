package dev.e2ee.cli.io;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.EngineUnavailableException;
import dev.e2ee.spi.NotApprovedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.security.InvalidKeyException;
import javax.crypto.AEADBadTagException;

/**
 * An error as a person is told it.
 *
 * @param exit the exit code
 * @param what happened
 * @param advice what to do; empty when {@code what} says it
 */
public record Diagnosis(Exit exit, String what, String advice) {

  /** The diagnosis of anything that a command may throw. */
  public static Diagnosis of(Throwable error) {
    if (error instanceof Failure failure) {
      return new Diagnosis(failure.exit(), failure.what(), failure.advice());
    }
    if (error instanceof CustodyException custody) {
      return new Diagnosis(exitOf(custody.kind()), text(custody), adviceOn(custody));
    }
    if (error instanceof UncheckedIOException && error.getCause() instanceof IOException io) {
      return ofIo(io);
    }
    if (error instanceof IOException && error.getCause() instanceof AEADBadTagException refused) {
      return ofRefused(refused);
    }
    if (error instanceof IOException io) {
      return ofIo(io);
    }
    if (error instanceof AEADBadTagException refused) {
      return ofRefused(refused);
    }
    if (error instanceof InvalidKeyException) {
      return new Diagnosis(Exit.CUSTODY, text(error), "Name a user master key.");
    }
    if (error instanceof InvalidPathException) {
      return new Diagnosis(Exit.IO, "a path has characters that this system cannot have", "");
    }
    if (error instanceof NotApprovedException || error instanceof EngineUnavailableException) {
      return new Diagnosis(Exit.USAGE, text(error), "");
    }
    if (error instanceof OutOfMemoryError) {
      return new Diagnosis(
          Exit.IO, "there is not enough memory", "Give Java more: E2EE_JAVA_OPTS=-Xmx1g");
    }
    return new Diagnosis(
        Exit.BUG,
        "an error in e2ee itself: " + error.getClass().getName(),
        "Please report it with what --debug shows; look first that it holds nothing private.");
  }

  /** What happened, with the name of the file in front unless it is there already. */
  public String about(String file) {
    return what.startsWith(file) ? what : file + ": " + what;
  }

  private static Diagnosis ofRefused(AEADBadTagException refused) {
    String what = text(refused);
    if (refused instanceof WrongKeyException) {
      return new Diagnosis(Exit.WRONG_KEY, what, "'e2ee key list' shows the keys' ids.");
    }
    if (refused.getCause() instanceof NotApprovedException) {
      return new Diagnosis(Exit.NOT_AUTHENTIC, what, "");
    }
    if (refused instanceof UnsupportedEnvelopeException) {
      return new Diagnosis(Exit.NOT_AUTHENTIC, what, "A newer release may open it.");
    }
    if (refused instanceof MalformedEnvelopeException) {
      return new Diagnosis(Exit.NOT_AUTHENTIC, what, "Check that it is the right, whole file.");
    }
    return new Diagnosis(
        Exit.NOT_AUTHENTIC,
        what,
        "Give the same --user, --type, --id (and --tenant, --revision) or --aad as for sealing; if"
            + " they are right, fetch an unaltered copy.");
  }

  private static Diagnosis ofIo(IOException e) {
    String file = e instanceof FileSystemException f ? f.getFile() + ": " : "";
    if (e instanceof NoSuchFileException) {
      return new Diagnosis(Exit.IO, file + "there is no such file", "Check the path.");
    }
    if (e instanceof AccessDeniedException) {
      return new Diagnosis(Exit.IO, file + "permission denied", "Check its permissions.");
    }
    if (e instanceof FileAlreadyExistsException) {
      return new Diagnosis(
          Exit.IO, file + "exists already and was left as it is", "Choose another name.");
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return new Diagnosis(Exit.IO, file + (reason == null ? "input or output failed" : reason), "");
  }

  /** What the shell is told of a custody's error. */
  private static Exit exitOf(CustodyException.Kind kind) {
    return switch (kind) {
      case LOCKED, AUTH_FAILED, AUTH_LOCKED_OUT, CANCELLED -> Exit.LOCKED;
      case INTEGRITY -> Exit.NOT_AUTHENTIC;
      case REMOVED,
          MISSING,
          AMBIGUOUS,
          DENIED,
          TRANSIENT,
          TIMEOUT,
          EXHAUSTED,
          CORRUPT,
          CONFLICT,
          TOO_LARGE,
          UNSUPPORTED,
          POLICY,
          CLOSED ->
          Exit.CUSTODY;
    };
  }

  private static String adviceOn(CustodyException e) {
    return e.mayHaveTakenEffect()
        ? "The change may have been made all the same: look with 'e2ee key list' before a retry."
        : "";
  }

  private static String text(Throwable e) {
    return String.valueOf(e.getMessage());
  }
}
