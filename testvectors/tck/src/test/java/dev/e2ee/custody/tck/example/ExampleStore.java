package dev.e2ee.custody.tck.example;

import dev.e2ee.custody.tck.FileStore;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A new directory of the example, and its faults. */
public final class ExampleStore extends FileStore {
  private static final String PASSPHRASE = "a passphrase of the example";

  private Path corrupted = Path.of("");
  private @Nullable FileChannel frozen;

  private ExampleStore(Path folder, String passphrase) {
    super(folder, "keys", passphrase.toCharArray());
  }

  /** In a folder whose name ends so. */
  public static ExampleStore make(String suffix) throws IOException {
    return make(suffix, PASSPHRASE);
  }

  /** In a folder whose name ends so, under this passphrase. */
  public static ExampleStore make(String suffix, String passphrase) throws IOException {
    Path folder = FileStore.newFolder();
    Path named = Files.move(folder, folder.resolveSibling(folder.getFileName() + suffix));
    ExampleStore store = new ExampleStore(named, passphrase);
    Files.createDirectory(store.file());
    store.allow();
    try {
      Files.write(store.file().resolve("store"), ExampleLock.newStore(passphrase.toCharArray()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    return store;
  }

  @Override
  public OptionalLong secretTries() throws IOException {
    Path tries = file().resolve("tries");
    return OptionalLong.of(Files.exists(tries) ? Files.size(tries) : 0);
  }

  @Override
  public void lock() throws IOException {
    Files.createFile(file().resolve(ExampleDirectory.LOCKED));
  }

  @Override
  public void unlock() throws IOException {
    Files.delete(file().resolve(ExampleDirectory.LOCKED));
  }

  @Override
  public void deny() throws IOException {
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @Override
  public void allow() throws IOException {
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rwx------"));
  }

  @Override
  public void corrupt(KeyDescription key) throws IOException {
    corrupted = file().resolve(key.name() + "." + key.generation() + ".key");
    changeChecksum();
  }

  @Override
  public void repair() throws IOException {
    changeChecksum();
  }

  /** As a writer does that never ends. */
  @Override
  public void freeze() throws IOException {
    frozen =
        FileChannel.open(
            file().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    frozen.lock();
  }

  @Override
  public void thaw() throws IOException {
    if (frozen != null) {
      frozen.close();
    }
  }

  private void changeChecksum() throws IOException {
    byte[] content = Files.readAllBytes(corrupted);
    content[content.length - 2] ^= 1;
    Files.write(corrupted, content);
  }

  @Override
  public void close() throws IOException {
    thaw();
    super.close();
  }
}
