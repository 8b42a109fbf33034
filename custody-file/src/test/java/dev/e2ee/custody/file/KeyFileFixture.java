package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.FileStore;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A new key file for each point; every fault is produced. */
final class KeyFileFixture implements CustodyFixture {
  private static final String PASSPHRASE = "a passphrase of the key file";

  @Override
  public String name() {
    return "Key file";
  }

  @Override
  public Class<? extends CustodyProvider> provider() {
    return KeyFileProvider.class;
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException {
    return needs.contains(Fault.LOCKED) ? TwoDisks.make() : underPassphrase();
  }

  private static Store underPassphrase() throws IOException {
    Path folder = FileStore.newFolder();
    try (SecretBytes passphrase = Passphrase.of(PASSPHRASE.toCharArray())) {
      NewSlot slot = NewSlot.passphrase(passphrase, WriterProcess.FLOOR);
      KeyFile.create(folder.resolve("keys"), slot, CustodyOptions.defaults()).close();
    }
    return new Store(folder);
  }

  /** Freezes as a hanging writer does: its lock is held by another process. */
  private static final class Store extends FileStore {
    private @Nullable Process holder;

    Store(Path folder) {
      super(folder, "keys", PASSPHRASE.toCharArray());
    }

    @Override
    public void freeze() throws IOException {
      Process started = WriterProcess.start("hold");
      holder = started;
      started.outputWriter().append(file() + ".lock\n").flush();
      assertEquals("HELD", started.inputReader(StandardCharsets.UTF_8).readLine());
    }

    @Override
    public void thaw() throws InterruptedException {
      if (holder != null) {
        holder.destroyForcibly().waitFor();
      }
    }

    @Override
    public void close() throws IOException {
      if (holder != null) {
        holder.destroyForcibly();
      }
      super.close();
    }
  }

  /** A person has its slot key on a disk of its own, which can be taken out. */
  private static final class TwoDisks extends FileStore {
    private final Path disk;
    private final Path pocket;

    private TwoDisks(Path folder) {
      super(folder, "keys", new char[0]);
      this.disk = folder.resolve("disk");
      this.pocket = folder.resolve("pocket");
    }

    static TwoDisks make() throws IOException {
      TwoDisks store = new TwoDisks(FileStore.newFolder());
      Files.createDirectory(store.disk);
      NewSlot slot = NewSlot.raw(store.slotKey());
      KeyFile.create(store.file(), slot, CustodyOptions.defaults()).close();
      return store;
    }

    private Path slotKey() {
      return disk.resolve("slotkey");
    }

    @Override
    public CustodyUri uri() {
      return super.uri().withQuery("slot-key", slotKey().toString());
    }

    @Override
    public void lock() throws IOException {
      Files.move(disk, pocket);
    }

    @Override
    public void unlock() throws IOException {
      Files.move(pocket, disk);
    }
  }
}
