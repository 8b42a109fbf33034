package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slot-key file is there as long as its slot, whatever goes wrong. */
@Tag("once")
class SlotKeyFilesTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys");
  }

  private KeyFile create() {
    return KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults());
  }

  private List<Path> slotKeys() {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".slotkey")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path slotKey(SlotInfo slot) {
    return directory.resolve("keys." + slot.id().toString().substring(0, 8) + ".slotkey");
  }

  private void everySlotHasItsKey() {
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
      for (SlotInfo slot : file.slots()) {
        assertTrue(Files.exists(slotKey(slot)), "the slot " + slot.id() + " has no key");
        var uri = CustodyUri.ofFile(path()).canonical() + "?slot-key=" + slotKey(slot);
        try (KeyFile own =
            new KeyFileProvider().open(CustodyUri.parse(uri), CustodyOptions.defaults())) {
          own.unlock();
        }
      }
    }
  }

  /** Computes as the JDK does, and runs out of memory once the key file is longer than before. */
  private static final class FailingEngine extends Provider {
    private static final long serialVersionUID = 1L;

    FailingEngine(Path file, long length) {
      super("Failing", "1", "");
      Provider jdk = Security.getProvider("SunJCE");
      String gcm = "AES/GCM/NoPadding";
      putService(
          new Service(this, "Cipher", gcm, "as the JDK's", null, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
              return jdk.getService("Cipher", gcm).newInstance(parameter);
            }
          });
      putService(
          new Service(this, "Mac", "HmacSHA256", FailingMac.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
              return new FailingMac(Mac.getInstance("HmacSHA256", jdk), file, length);
            }
          });
    }
  }

  private static final class FailingMac extends MacSpi {
    private final Mac mac;
    private final Path file;
    private final long length;

    FailingMac(Mac mac, Path file, long length) {
      this.mac = mac;
      this.file = file;
      this.length = length;
    }

    @Override
    protected int engineGetMacLength() {
      return mac.getMacLength();
    }

    @Override
    protected void engineInit(Key key, AlgorithmParameterSpec parameters)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      mac.init(key, parameters);
    }

    @Override
    protected void engineUpdate(byte input) {
      mac.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      mac.update(input, offset, length);
    }

    @Override
    protected byte[] engineDoFinal() {
      try {
        if (Files.size(file) > length) {
          Thread.currentThread().interrupt();
          throw new OutOfMemoryError("made by the test");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return mac.doFinal();
    }

    @Override
    protected void engineReset() {
      mac.reset();
    }
  }

  @Test
  void anErrorAfterTheRenameLeavesTheSlotKey() throws IOException {
    create().close();
    var engine = new FailingEngine(path(), Files.size(path()));
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults().withEngine(engine))) {
      file.unlock();
      assertThrows(OutOfMemoryError.class, () -> file.addSlot(NewSlot.raw()));
      assertTrue(Thread.interrupted(), "the interrupt is kept");
    }
    assertEquals(2, slotKeys().size());
    everySlotHasItsKey();
  }

  /** Interrupted at any moment: old or new, and never a slot without its key. */
  @Test
  void anInterruptLeavesNoSlotWithoutItsKey() throws Exception {
    create().close();
    var random = new java.util.Random(5);
    for (int round = 0; round < 120; round++) {
      Thread adding =
          new Thread(
              () -> {
                try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
                  file.unlock();
                  for (int i = file.slots().size(); i < 16; i++) {
                    file.addSlot(NewSlot.raw());
                  }
                } catch (CustodyException e) {
                  // Interrupted, or a file that was there.
                }
              });
      adding.start();
      TimeUnit.MICROSECONDS.sleep(random.nextInt(40_000));
      adding.interrupt();
      adding.join();
      everySlotHasItsKey();
      if (slotKeys().size() == 16) {
        Files.delete(path());
        for (Path slotKey : slotKeys()) {
          Files.delete(slotKey);
        }
        create().close();
      }
    }
  }

  @Test
  void aCreationThatIsRefusedLeavesNoSlotKey() {
    create().close();
    List<Path> before = slotKeys();
    fails(Kind.CONFLICT, this::create);
    assertEquals(before, slotKeys());
  }

  /** [keyfile-25] [keyfile-33] Of many who create with one path, one wins; its file is whole. */
  @Test
  void oneOfManyCreatorsWins() throws Exception {
    int threads = 4;
    var executor = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 50; round++) {
        Path shared = directory.resolve("shared" + round);
        int now = round;
        AtomicInteger number = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Path> creator =
            () -> {
              Path own = directory.resolve("r" + now + "." + number.getAndIncrement());
              start.await();
              try {
                KeyFile.create(own, NewSlot.raw(shared), CustodyOptions.defaults()).close();
                return own;
              } catch (CustodyException e) {
                assertEquals(Kind.CONFLICT, e.kind(), e.getMessage());
                return directory;
              }
            };
        List<Path> won =
            executor.invokeAll(java.util.Collections.nCopies(threads, creator)).stream()
                .map(SlotKeyFilesTest::done)
                .filter(one -> !one.equals(directory))
                .toList();
        assertEquals(1, won.size(), "winners");
        var uri = CustodyUri.ofFile(won.get(0)).canonical() + "?slot-key=" + shared;
        try (KeyFile file =
            new KeyFileProvider().open(CustodyUri.parse(uri), CustodyOptions.defaults())) {
          file.unlock();
        }
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static Path done(java.util.concurrent.Future<Path> future) {
    try {
      return future.get();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** [keyfile-39] A slot whose key is gone opens nothing. */
  @Test
  void theLastSlotThatIsSureToOpenStays() throws IOException {
    try (KeyFile file = create()) {
      SlotInfo first = file.slots().get(0);
      SlotInfo second = file.addSlot(NewSlot.raw());
      byte[] key = Files.readAllBytes(slotKey(second));
      Files.delete(slotKey(second));
      CustodyException error = fails(Kind.POLICY, () -> file.removeSlot(first.id()));
      assertTrue(error.getMessage().contains("add a passphrase"), error.getMessage());
      Files.copy(slotKey(first), slotKey(second));
      fails(Kind.POLICY, () -> file.removeSlot(first.id()));
      assertEquals(2, file.slots().size());
      Files.write(slotKey(second), key);
      file.removeSlot(first.id());
      assertFalse(Files.exists(slotKey(first)), "the removed slot's key");
      assertTrue(Files.exists(slotKey(second)));
      everySlotHasItsKey();
    }
  }

  @Test
  void aSlotKeyThatWasPutElsewhereCountsAndStays() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    try (KeyFile file = create();
        SecretBytes secret = Passphrase.of("pass".toCharArray())) {
      SlotInfo beside = file.slots().get(0);
      SlotInfo away = file.addSlot(NewSlot.raw(elsewhere));
      file.removeSlot(beside.id());
      fails(Kind.POLICY, () -> file.removeSlot(away.id()));
      file.addSlot(NewSlot.passphrase(secret, WriterProcess.FLOOR));
      file.removeSlot(away.id());
      assertTrue(Files.exists(elsewhere), "it is its owner's");
    }
    var options = CustodyOptions.defaults().withCallbackHandler(Passphrases.of("pass"));
    try (KeyFile file = KeyFile.open(path(), options, Optional.empty(), Optional.empty())) {
      file.unlock();
    }
  }
}
