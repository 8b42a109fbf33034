package dev.e2ee.benchmarks.process;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A program that encrypts a file as most Java programs do: one AES-256-GCM message, a random nonce
 * before it. Either {@code CipherInputStream} and {@code CipherOutputStream}, or one {@code
 * doFinal} over the whole file.
 */
final class NaiveFile {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  /** A key that is known costs nothing to look up; the others have theirs in a file. */
  private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "AES");

  private NaiveFile() {}

  /** Arguments: seal or open, stream or whole, the input, the output. */
  public static void main(String[] arguments) throws Exception {
    Path in = Path.of(arguments[2]);
    Path out = Path.of(arguments[3]);
    switch (arguments[0] + " " + arguments[1]) {
      case "seal stream" -> sealStream(in, out);
      case "open stream" -> openStream(in, out);
      case "seal whole" -> sealWhole(in, out);
      case "open whole" -> openWhole(in, out);
      default -> throw new IllegalArgumentException(String.join(" ", arguments));
    }
  }

  private static Cipher cipher(int mode, byte[] nonceAndMore) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, KEY, new GCMParameterSpec(TAG_BITS, nonceAndMore, 0, NONCE));
    return cipher;
  }

  private static byte[] freshNonce() {
    byte[] nonce = new byte[NONCE];
    new SecureRandom().nextBytes(nonce);
    return nonce;
  }

  private static void sealStream(Path from, Path to) throws Exception {
    byte[] nonce = freshNonce();
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = Files.newOutputStream(to)) {
      out.write(nonce);
      try (OutputStream sealing = new CipherOutputStream(out, cipher(Cipher.ENCRYPT_MODE, nonce))) {
        in.transferTo(sealing);
      }
    }
  }

  private static void openStream(Path from, Path to) throws Exception {
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = Files.newOutputStream(to)) {
      byte[] nonce = in.readNBytes(NONCE);
      try (InputStream opening = new CipherInputStream(in, cipher(Cipher.DECRYPT_MODE, nonce))) {
        opening.transferTo(out);
      }
    }
  }

  private static void sealWhole(Path from, Path to) throws Exception {
    byte[] nonce = freshNonce();
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(Files.readAllBytes(from));
    try (OutputStream out = Files.newOutputStream(to)) {
      out.write(nonce);
      out.write(sealed);
    }
  }

  private static void openWhole(Path from, Path to) throws Exception {
    byte[] sealed = Files.readAllBytes(from);
    Files.write(
        to, cipher(Cipher.DECRYPT_MODE, sealed).doFinal(sealed, NONCE, sealed.length - NONCE));
  }
}
