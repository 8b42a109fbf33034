package dev.e2ee.custody.file.internal.store;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The kind of each error of the file system; none of them says anything about the keys. */
final class IoErrors {
  private IoErrors() {}

  static CustodyException of(String doing, Path path, IOException e, boolean mayHaveTakenEffect) {
    String text = doing + " " + path + " failed: ";
    String reason = e instanceof FileSystemException f ? String.valueOf(f.getReason()) : "";
    if (e instanceof NoSuchFileException) {
      return error(Kind.MISSING, text + "there is no such file", e, mayHaveTakenEffect);
    }
    if (e instanceof AccessDeniedException || reason.contains("Read-only file system")) {
      return error(
          Kind.DENIED,
          text + "permission denied, or the file system is read-only",
          e,
          mayHaveTakenEffect);
    }
    if (reason.contains("NOFOLLOW_LINKS")) {
      return error(Kind.DENIED, text + "it is a symbolic link", e, mayHaveTakenEffect);
    }
    if (reason.contains("No space left") || reason.contains("quota")) {
      return error(Kind.EXHAUSTED, text + "the disk is full; make room", e, mayHaveTakenEffect);
    }
    if (e instanceof ClosedByInterruptException) {
      return error(Kind.CANCELLED, text + "the thread was interrupted", e, mayHaveTakenEffect);
    }
    return error(Kind.TRANSIENT, text + e.getMessage() + "; try again", e, mayHaveTakenEffect);
  }

  private static CustodyException error(
      Kind kind, String text, IOException cause, boolean mayHaveTakenEffect) {
    return new CustodyException(kind, text, cause, mayHaveTakenEffect, OptionalLong.empty());
  }
}
