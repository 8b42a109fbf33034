package dev.e2ee.custody.keychain;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folders of key files. */
final class Folders {
  private Folders() {}

  /** Makes the folder of a key file, mode 0700, and those above it; one that is there stays. */
  static void make(Path keyFile) {
    Path folder = keyFile.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder, UnixFile.ownerOnly(folder, "rwx------"));
    } catch (IOException | UnsupportedOperationException e) {
      throw new CustodyException(
          Kind.DENIED, "the folder " + folder + " could not be made; make it, or name another", e);
    }
  }
}
