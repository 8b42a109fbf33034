package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
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
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of one process of this user does with a token at a time, since SoftHSM (2.6.1)
 * does not bear more.
 *
 * <p>The files lie in a folder of this user among the temporary ones. Where the folder cannot be
 * had, or others can get at it, who could hold a lock for ever, only the threads of this process
 * exclude each other; as do two machines, two users, and two processes with another /tmp each.
 */
final class TokenLock {
  /** A process that hangs in its login must not keep all others from theirs. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private TokenLock() {}

  /**
   * Waits for the right to make keys. What other writers do is looked for in the token, but SoftHSM
   * never shows a process what another one made between that process's last look and its own
   * C_GenerateKey.
   *
   * @param token its identity, the same in every process and through every module
   * @param where the token, in messages
   * @throws CustodyException TIMEOUT, CANCELLED
   */
  static ExclusiveLock toMakeKeys(String token, String where, Deadline deadline) {
    return of(token, deadline, "another process or thread that makes a key in " + where);
  }

  /**
   * Waits a moment for the right to log in. SoftHSM writes to its token at each login, and answers
   * CKR_GENERAL_ERROR to a process that logs in meanwhile: nobody could tell that from the answer
   * of other tokens to a wrong PIN.
   *
   * @param token its identity, the same in every process and through every module
   * @param where the token, in messages
   * @return null when the other one takes too long
   * @throws CustodyException CANCELLED
   */
  static @Nullable ExclusiveLock toLogIn(String token, String where) {
    try {
      return of(
          token + " login", Deadline.after(PATIENCE), "another process that logs in to " + where);
    } catch (CustodyException e) {
      if (e.kind() == Kind.TIMEOUT) {
        return null;
      }
      throw e;
    }
  }

  private static ExclusiveLock of(String what, Deadline deadline, String holder) {
    String name = UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8)) + ".lock";
    Path file = folder().resolve(name);
    try {
      return ExclusiveLock.of(file, TokenLock::open, deadline, holder);
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return ExclusiveLock.withoutFile(file, deadline, holder);
    }
  }

  /** In the system's folder, which servlet containers and others do not exchange. */
  private static Path folder() {
    Path system = Path.of("/tmp");
    try {
      return UnixFile.isKnown(system) && Files.isDirectory(system)
          ? system.resolve("e2ee-pkcs11-" + UnixFile.ownUid())
          : Path.of(System.getProperty("java.io.tmpdir")).resolve("e2ee-pkcs11");
    } catch (IOException e) {
      return system.resolve("e2ee-pkcs11-unknown"); // which is nobody's own
    }
  }

  private static FileChannel open(Path lockFile) throws IOException {
    Path folder = lockFile.resolveSibling("");
    try {
      Files.createDirectory(folder, UnixFile.ownerOnly(folder, "rwx------"));
    } catch (FileAlreadyExistsException e) {
      requireOwn(folder);
    }
    return FileChannel.open(
        lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
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
