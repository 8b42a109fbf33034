package dev.e2ee.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.file.DurableFile;
import dev.e2ee.internal.file.WriterLock;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.internal.keyring.TrustFile;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A trust store in a folder of this device, a file for each collection. A file is replaced as a
 * whole: after a crash or a kill it is the one before, or the new one. Processes that use the same
 * folder take turns by a lock on a file in it.
 *
 * <p>It protects against a server, not against who can write into the folder: one that another user
 * can write into is refused, where the file system tells. A folder that is restored from a backup
 * remembers less than this device has seen: until the next keyring is opened, an older one than the
 * newest can be taken.
 */
public final class FileTrustStore implements TrustStore {
  private static final String LOCK = "lock";
  private static final int MOST = 1 << 25;
  private static final int OTHERS_WRITE = 022;
  private static final String SUFFIX = ".json";

  private final Path folder;
  private final Engine engine;

  private FileTrustStore(Path folder) {
    this.folder = folder;
    this.engine = Engine.configured();
  }

  /**
   * The one in this folder, which is made when it is not there, for its owner only. For a device
   * that may be new: where one had been made, {@link #open} tells when it is gone, which this takes
   * for a device that has seen nothing.
   *
   * @throws IOException when it cannot be made, or others can write into it
   */
  public static FileTrustStore at(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    if (!Files.isDirectory(absolute)) {
      make(absolute);
    }
    return open(absolute);
  }

  /**
   * The one in this folder, which was made before.
   *
   * @throws IOException when it is gone, or not mounted, or others can write into it
   */
  public static FileTrustStore open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder
              + ", the folder of the trust store, is gone, and with it whom this device trusts and"
              + " what it has seen: restore it, or make a new one and compare and pin all signers"
              + " anew");
    }
    Path real = folder.toRealPath();
    requireOwn(real);
    return new FileTrustStore(real);
  }

  private static void make(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      make(parent);
    }
    try {
      Files.createDirectory(folder, UnixFile.ownerOnly(folder, "rwx------"));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    DurableFile.forceDirectoryOf(folder);
  }

  private static void requireOwn(Path path) throws IOException {
    if (!UnixFile.isKnown(path)) {
      return;
    }
    UnixFile found = UnixFile.of(path, LinkOption.NOFOLLOW_LINKS);
    if (found.uid() != UnixFile.ownUid()) {
      throw new IOException(
          path + " belongs to another user, who could change whom this device trusts");
    }
    if ((found.mode() & OTHERS_WRITE) != 0) {
      throw new IOException(
          path
              + " lets other users change whom this device trusts; if nobody did, run: chmod go-w "
              + UnixFile.quoted(path));
    }
  }

  /** A name may be long, and hold what a file's name cannot. */
  private Path file(String collection) {
    Identifier.check("collection", collection);
    return folder.resolve(KeyText.of(engine.sha256(collection.getBytes(UTF_8))) + SUFFIX);
  }

  @Override
  public Optional<CollectionTrust> find(String collection) throws IOException {
    try {
      return Optional.of(read(file(collection)).trust());
    } catch (NoSuchFileException e) {
      requireFolder(e);
      return Optional.empty();
    }
  }

  @Override
  public Map<String, CollectionTrust> all() throws IOException {
    Map<String, CollectionTrust> all = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        try {
          TrustFile.Kept kept = read(file);
          all.put(kept.collection(), kept.trust());
        } catch (NoSuchFileException e) {
          requireFolder(e); // forgotten since it was listed
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return all;
  }

  private TrustFile.Kept read(Path file) throws IOException {
    byte[] content = content(file);
    try {
      TrustFile.Kept kept = TrustFile.read(engine, content);
      if (file(kept.collection()).equals(file)) {
        return kept;
      }
      throw new KeyringFormatException("it is about another collection");
    } catch (KeyringFormatException e) {
      throw new IOException(
          file
              + " is damaged: "
              + e.getMessage()
              + ". Restore it from a backup, or delete it, and compare and pin the signers of its"
              + " collection anew",
          e);
    }
  }

  private static byte[] content(Path file) throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      requireOwn(file);
      content = in.readNBytes(MOST + 1);
    }
    if (content.length > MOST) {
      throw new IOException(file + " is too large to be a trust store's");
    }
    return content;
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
    WriterLock lock = WriterLock.of(folder.resolve(LOCK), "the trust store " + folder);
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
  }

  /**
   * Forgets a collection: whom this device trusts with it, and what it has seen. The next keyring
   * is a first contact, in which an old one is not told from the newest. For a person who has found
   * out that what was seen last is not what the server has, and has compared the signers anew.
   *
   * @return false when nothing was known of it
   */
  public boolean forget(String collection) throws IOException {
    WriterLock lock = WriterLock.of(folder.resolve(LOCK), "the trust store " + folder);
    try {
      return DurableFile.delete(file(collection));
    } finally {
      lock.close();
    }
  }

  @Override
  public String toString() {
    return "FileTrustStore[" + folder + "]";
  }
}
