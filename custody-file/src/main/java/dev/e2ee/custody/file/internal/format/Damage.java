package dev.e2ee.custody.file.internal.format;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.nio.file.Path;

/** The two ways in which a file can be damaged, told apart by its checksum. */
public final class Damage {
  private Damage() {}

  /** The file is incomplete or has flipped bits: an accident of the disk, a copy, an editor. */
  public static CustodyException torn(String what) {
    return new CustodyException(
        Kind.CORRUPT,
        "the file is torn: "
            + what
            + "; it was cut or damaged in copying or on the disk. Restore it from a backup");
  }

  /** The same, for a file that is named. */
  public static CustodyException altered(Path file, String what) {
    return in(file, altered(what));
  }

  /** The same error with the name of its file. */
  public static CustodyException in(Path file, CustodyException error) {
    return in(file.toString(), error);
  }

  /** The same error with the name of where it is. */
  public static CustodyException in(String where, CustodyException error) {
    return new CustodyException(error.kind(), where + ": " + error.getMessage(), error);
  }

  /** A key file whose path does not fit into a keychain's item. */
  static CustodyException tooLong(Path file, int most) {
    return new CustodyException(
        Kind.TOO_LARGE,
        file
            + ": its address is too long for a keychain's item, which takes "
            + most
            + " characters of it; choose a shorter path");
  }

  /** The checksum is right and the content is not: somebody changed the file on purpose. */
  public static CustodyException altered(String what) {
    return new CustodyException(
        Kind.CORRUPT,
        "the file was altered: "
            + what
            + ", although its checksum is right. Trust nothing in it, find out who can write to"
            + " it, and restore it from a backup");
  }
}
