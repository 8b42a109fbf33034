package dev.e2ee.benchmarks.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.e2ee.benchmarks.implementation.Implementation;
import dev.e2ee.benchmarks.implementation.RecordCipher;
import dev.e2ee.key.UserMasterKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A JVM that seals and opens, then stands still until its memory was read, then dumps its heap. It
 * is careful with the master key that it is given, lest it leave copies that are not the library's.
 */
final class MemoryChild {
  private static final int RECORD = 1024;
  private static final int KEY = 32;

  /** What a program keeps for its next record. */
  private static RecordCipher[] kept = new RecordCipher[0];

  private MemoryChild() {}

  /**
   * Arguments: the folder with the key, which takes the rest; the implementation; whether to close
   * in the end; how many records of 1 KiB; the length of one more record, or 0.
   */
  public static void main(String[] arguments) throws GeneralSecurityException, IOException {
    Path folder = Path.of(arguments[0]);
    work(
        folder,
        Implementation.of(arguments[1]),
        Boolean.parseBoolean(arguments[2]),
        Integer.parseInt(arguments[3]),
        Integer.parseInt(arguments[4]));
    System.out.println("ready");
    if (System.in.read() < 0) {
      throw new IOException("the parent is gone");
    }
    HotSpotDiagnosticMXBean diagnostics =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    diagnostics.dumpHeap(folder.resolve("all.hprof").toString(), false);
    diagnostics.dumpHeap(folder.resolve("live.hprof").toString(), true);
    System.out.println("kept " + kept.length);
  }

  private static void work(
      Path folder, Implementation which, boolean closes, int records, int length)
      throws GeneralSecurityException, IOException {
    SecretKey key = key(folder.resolve("key"), which == Implementation.FLOOR);
    RecordCipher cipher = which.start(key).forThread();
    for (int i = 0; i < records; i++) {
      sealAndOpen(cipher, RECORD, folder.resolve("record" + i));
    }
    if (length > 0) {
      sealAndOpen(cipher, length, folder.resolve("long"));
    }
    if (closes) {
      cipher.close();
    } else {
      kept = new RecordCipher[] {cipher};
    }
    if (key instanceof UserMasterKey umk && (closes || which != Implementation.E2EE_CIPHER)) {
      umk.close();
    }
  }

  /** As a user of bare JCA has it, or as one of ours has. */
  private static SecretKey key(Path file, boolean bare) throws IOException {
    byte[] bytes = new byte[KEY];
    ByteBuffer buffer = ByteBuffer.allocateDirect(KEY);
    try (FileChannel channel = FileChannel.open(file)) {
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until it is there
      }
    }
    buffer.get(0, bytes);
    buffer.put(0, new byte[KEY]);
    try {
      return bare ? new SecretKeySpec(bytes, "AES") : UserMasterKey.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static void sealAndOpen(RecordCipher cipher, int length, Path file)
      throws GeneralSecurityException, IOException {
    byte[] sealed = cipher.seal(new byte[length]);
    if (cipher.open(sealed).length != length) {
      throw new IllegalStateException("it does not open what it sealed");
    }
    Files.write(file, sealed);
  }

  /** The arguments for {@link #main}. */
  static List<String> arguments(
      Path folder, String implementation, boolean closes, int records, int length) {
    return List.of(
        folder.toString(),
        implementation,
        Boolean.toString(closes),
        Integer.toString(records),
        Integer.toString(length));
  }
}
