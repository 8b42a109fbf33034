package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file far larger than the heap, sealed and opened by processes with 64 MiB of it. Its name keeps
 * it out of the usual run: {@code ./verify --soak} names it, with the length in bytes as the
 * property {@code e2ee.soak}. It needs twice that length of disk, in the system's directory for
 * temporary files.
 */
class LargeFileSoak {
  private static final int PIECE = 1 << 20;

  /** For a process that hangs; a slow disk alone does not take so long. */
  private static final Duration HOURS = Duration.ofHours(3);

  @TempDir Path home;

  @Test
  void aFileFarLargerThanTheHeapComesBackAsItWas() throws Exception {
    long length = Long.parseLong(System.getProperty("e2ee.soak"));
    Path plain = home.resolve("plain");
    Path sealed = home.resolve("plain.e2ee");
    Path opened = home.resolve("opened");
    run("init", "--raw");
    String expected = write(plain, length);
    run("seal", plain.toString(), "--aad", "soak");
    Files.delete(plain);
    run("open", sealed.toString(), "--aad", "soak", "-o", opened.toString());
    assertEquals(length, Files.size(opened));
    assertEquals(expected, digest(opened));
  }

  private void run(String... arguments) throws IOException, InterruptedException {
    List<String> words = CliProcess.command(arguments);
    words.remove("-XX:TieredStopAtLevel=1"); // which the launcher leaves out for long work
    words.add(1, "-Xmx64m");
    CliProcess.Answer answer = CliProcess.run(home, words, HOURS);
    assertEquals(0, answer.exit(), answer::toString);
  }

  /** Writes content that never repeats, a key stream, and gives its digest. */
  private static String write(Path file, long length) throws Exception {
    Cipher stream = Cipher.getInstance("AES/CTR/NoPadding");
    var key = new SecretKeySpec(new byte[16], "AES");
    stream.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[16]));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] piece = new byte[PIECE];
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      for (long left = length; left > 0; left -= PIECE) {
        out.write(stream.update(piece), 0, (int) Math.min(left, PIECE));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String digest(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
