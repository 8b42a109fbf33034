package dev.e2ee.custody.tck.internal.peer;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.e2ee.custody.tck.internal.ground.AskedHandler;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Uses canaries, locks the store, and dumps what is still reachable; the custody and its key are
 * among it. Leaves no copy of a canary of its own.
 */
final class HeapDump {
  private static final byte[] AAD = {1};

  private final KeyCustody custody;
  private final AskedHandler handler;

  HeapDump(KeyCustody custody, AskedHandler handler) {
    this.custody = custody;
    this.handler = handler;
  }

  /** Writes the canaries, and the dump beside them. */
  void write(String folder, String name) throws IOException {
    Path directory = Path.of(folder);
    CustodyKey key = custody.generate(name, KeyKind.UMK);
    DekWrap umk = key.operation(DekWrap.class).orElseThrow();
    try (SecretBytes dek = canary(directory.resolve("DEK"))) {
      umk.unwrap(umk.wrap(dek, AAD), AAD).close();
    }
    if (custody.capabilities().contains(Capability.IMPORT)) {
      try (SecretBytes raw = canary(directory.resolve("UMK"));
          SecretBytes dek = SecretBytes.adopt(new byte[32])) {
        DekWrap imported =
            custody.importKey(name + "-i", raw).operation(DekWrap.class).orElseThrow();
        imported.unwrap(imported.wrap(dek, AAD), AAD).close();
      }
    }
    custody.lock();
    handler.wipe();
    settle();
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(directory.resolve("live.hprof").toString(), true);
    custody.close(); // reachable until here
  }

  /** The JDK wipes some of its copies when their owner was collected, in a thread of its own. */
  private static void settle() {
    for (int i = 0; i < 4; i++) {
      System.gc();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static SecretBytes canary(Path file) throws IOException {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    Files.write(file, bytes);
    return SecretBytes.adopt(bytes);
  }
}
