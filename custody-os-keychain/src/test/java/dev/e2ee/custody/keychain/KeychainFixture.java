package dev.e2ee.custody.keychain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.custody.keychain.internal.secretservice.Others;
import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.FileStore;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A new item in the same GNOME Keyring for each point, and a key file of its own. */
final class KeychainFixture implements CustodyFixture {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final Supplier<Desktop> desktop;

  KeychainFixture(Supplier<Desktop> desktop) {
    this.desktop = desktop;
  }

  @Override
  public String name() {
    return "Key file with its key in GNOME Keyring";
  }

  @Override
  public Class<? extends CustodyProvider> provider() {
    return KeychainProvider.class;
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException {
    Path folder = FileStore.newFolder();
    CustodyUri uri =
        CustodyUri.parse("keychain:service=tck?backend=secret-service")
            .withAttribute(
                "account", ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet())
            .withQuery("key-file", folder.resolve("keys").toString());
    Keychain.create(uri, CustodyOptions.defaults()).close();
    return new Store(folder, uri, desktop.get());
  }

  @Override
  public Map<Fault, String> notProduced() {
    return Map.of(
        Fault.WRONG_SECRET,
        "the URI is all that it takes: the keychain's password is asked for by the keychain");
  }

  /**
   * An altered store is one whose item was altered; when the key file goes, GNOME Keyring goes with
   * it, and is started anew; and they stop answering together.
   */
  private static final class Store extends FileStore {
    private final CustodyUri uri;
    private final Desktop desktop;
    private @Nullable Process writer;

    Store(Path folder, CustodyUri uri, Desktop desktop) {
      super(folder, "keys", new char[0]);
      this.uri = uri;
      this.desktop = desktop;
    }

    @Override
    public CustodyUri uri() {
      return uri;
    }

    @Override
    public CustodyUri absent() {
      return uri.withQuery("key-file", file().resolveSibling("none").toString());
    }

    @Override
    public void corrupt(KeyDescription key) throws IOException {
      changeOneDigit();
    }

    @Override
    public void repair() throws IOException {
      changeOneDigit();
    }

    private void changeOneDigit() throws IOException {
      String account = uri.attribute("account").orElseThrow();
      StringBuilder text = new StringBuilder(Desktop.text("tck", account));
      int at = text.indexOf(" ") + 100; // in the KEK
      text.setCharAt(at, Character.forDigit(Character.digit(text.charAt(at), 16) ^ 1, 16));
      try {
        Others.changesAnItem("tck", account, text.toString());
      } catch (Exception e) {
        throw new IOException(e);
      }
    }

    /** The collection: so do a person and the lock of a screen. */
    @Override
    public void lock() throws InterruptedException {
      desktop.lock();
    }

    @Override
    public void unlock() throws IOException {
      try {
        desktop.unlock();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }

    /** GNOME Keyring, and the key file: another process holds its lock. */
    @Override
    public void freeze() throws IOException, InterruptedException {
      Process started = Application.start("hold", uri, Map.of(), file() + ".lock");
      writer = started;
      Application.awaitReady(started);
      Application.go(started);
      assertEquals("HELD", started.inputReader(StandardCharsets.UTF_8).readLine());
      desktop.freeze();
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
      desktop.thaw();
      if (writer != null) {
        writer.destroyForcibly().waitFor();
      }
    }

    @Override
    public void lose() throws IOException {
      super.lose();
      try {
        desktop.killKeyring();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void bringBack() throws IOException {
      super.bringBack();
      try {
        desktop.startKeyring(Desktop.PASSWORD);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws IOException {
      if (writer != null) {
        writer.destroyForcibly();
      }
      super.close();
    }
  }
}
