package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The right to make keys in a token, which one thread of one process of this user has at a time.
 * What other writers do is looked for in the token, but SoftHSM (2.6.1) never shows a process what
 * another one made between that process's last look and its own C_GenerateKey.
 *
 * <p>Its file lies in a folder of this user among the temporary ones. Where the folder cannot be
 * had, or others can get at it, who could hold the lock for ever, there is only the look into the
 * token, as between two machines, two users, and two processes with another /tmp each.
 */
final class SoleWriter {
  private SoleWriter() {}

  /**
   * Waits for it.
   *
   * @param token its identity, the same in every process and through every module
   * @param where the token, in messages
   * @throws dev.e2ee.spi.CustodyException TIMEOUT, CANCELLED
   */
  static ExclusiveLock of(String token, String where, Deadline deadline) {
    String holder = "another process or thread that makes a key in " + where;
    String name = UUID.nameUUIDFromBytes(token.getBytes(StandardCharsets.UTF_8)) + ".lock";
    try {
      Path file = ownFolder().resolve(name);
      return ExclusiveLock.of(file, SoleWriter::open, deadline, holder);
    } catch (IOException | UnsupportedOperationException e) {
      return ExclusiveLock.withoutFile(Path.of(name), deadline, holder);
    }
  }

  private static FileChannel open(Path lockFile) throws IOException {
    return FileChannel.open(
        lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  /** In the system's folder, which servlet containers and others do not exchange. */
  private static Path ownFolder() throws IOException {
    Path system = Path.of("/tmp");
    boolean isUnix = UnixFile.isKnown(system) && Files.isDirectory(system);
    Path folder =
        isUnix
            ? system.resolve("e2ee-pkcs11-" + UnixFile.ownUid())
            : Path.of(System.getProperty("java.io.tmpdir")).resolve("e2ee-pkcs11");
    try {
      return Files.createDirectory(folder, UnixFile.ownerOnly(folder, "rwx------"));
    } catch (FileAlreadyExistsException e) {
      requireOwn(folder);
      return folder;
    }
  }

  private static void requireOwn(Path folder) throws IOException {
    boolean own = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    if (own && UnixFile.isKnown(folder)) {
      UnixFile found = UnixFile.of(folder, LinkOption.NOFOLLOW_LINKS);
      own = found.uid() == UnixFile.ownUid() && (found.mode() & 077) == 0;
    }
    if (!own) {
      throw new IOException(folder + " is another user's");
    }
  }
}
