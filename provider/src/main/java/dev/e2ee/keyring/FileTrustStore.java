package dev.e2ee.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.file.DurableFile;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.internal.keyring.TrustFile;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A trust store in a folder of this device, a file for each collection. A file is replaced as a
 * whole: after a crash or a kill it is the one before, or the new one. Processes that use the same
 * folder take turns by a lock on a file in it.
 *
 * <p>It protects against a server, not against who can write into the folder. A folder that is
 * restored from a backup remembers less than this device has seen: until the next keyring is
 * opened, an older one than the newest can be taken.
 */
public final class FileTrustStore implements TrustStore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LOCK = "lock";

  private final Path folder;
  private final Engine engine;

  private FileTrustStore(Path folder) {
    this.folder = folder;
    this.engine = Engine.configured();
  }

  /**
   * The one in this folder, which is made when it is not there, for its owner only.
   *
   * @throws IOException when it cannot be made
   */
  public static FileTrustStore at(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    if (!Files.isDirectory(absolute)) {
      Files.createDirectories(absolute, UnixFile.ownerOnly(absolute, "rwx------"));
    }
    return new FileTrustStore(absolute.toRealPath());
  }

  /** A name may be long, and hold what a file's name cannot. */
  private Path file(String collection) {
    Identifier.check("collection", collection);
    return folder.resolve(KeyText.of(engine.sha256(collection.getBytes(UTF_8))) + ".json");
  }

  @Override
  public Optional<CollectionTrust> find(String collection) throws IOException {
    Path file = file(collection);
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      requireFolder(e);
      return Optional.empty();
    }
    try {
      return Optional.of(TrustFile.read(engine, collection, content));
    } catch (KeyringFormatException e) {
      throw new IOException(
          file
              + " is damaged: "
              + e.getMessage()
              + ". Restore it from a backup, or delete it, and compare and pin the signers of "
              + Identifier.shown(collection)
              + " anew",
          e);
    }
  }

  /** A folder that is gone, or not mounted, is not one in which nothing was kept. */
  private void requireFolder(NoSuchFileException e) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + ", the folder of the trust store, is gone", e);
    }
  }

  @Override
  public boolean replace(String collection, Optional<CollectionTrust> expected, CollectionTrust now)
      throws IOException {
    Path file = file(collection);
    try {
      ExclusiveLock lock =
          ExclusiveLock.of(
              folder.resolve(LOCK),
              FileTrustStore::openLock,
              Deadline.after(PATIENCE),
              "another writer of the trust store " + folder);
      try {
        if (!find(collection).equals(expected)) {
          return false;
        }
        DurableFile.sweep(file);
        DurableFile.write(file, TrustFile.write(engine, collection, now));
        return true;
      } finally {
        lock.close();
      }
    } catch (CustodyException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static FileChannel openLock(Path lock) throws IOException {
    return FileChannel.open(
        lock,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        UnixFile.ownerOnly(lock));
  }

  @Override
  public String toString() {
    return "FileTrustStore[" + folder + "]";
  }
}
