package dev.e2ee.cli.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.OwnerOnly;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.envelope.RecordContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;

/**
 * The change of a keyring that this device has made last, while no server has said that it has it:
 * its digest, in a file that is sealed by the key store. Nothing is sealed under such a keyring,
 * and nothing of it is remembered: another device's change may be the one that counts.
 */
final class PendingChange {
  private final LocalDevice local;
  private final RecordContext context;
  private final Path file;

  private PendingChange(LocalDevice local, String collection) {
    this.local = local;
    this.context = RecordContext.of("this device", "e2ee-keyring-change", collection);
    this.file =
        local.changes().resolve(HexFormat.of().formatHex(sha256(collection.getBytes(UTF_8))));
  }

  /**
   * That of a collection.
   *
   * @throws IllegalArgumentException for what can be no collection's name
   */
  static PendingChange of(LocalDevice local, String collection) {
    return new PendingChange(local, collection);
  }

  /** Keeps one, in the place of the one before. */
  void keep(byte[] document) throws IOException {
    Path folder = local.changes();
    OwnerOnly.makeDirectory(folder);
    byte[] sealed = local.envelope().seal(sha256(document), context);
    try (PendingFile pending = PendingFile.write(folder, sealed)) {
      pending.replace(file);
    }
  }

  /** Whether this is the one. */
  boolean is(byte[] document) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try {
      byte[] kept = local.envelope().open(Files.readAllBytes(file), context);
      return Arrays.equals(kept, sha256(document));
    } catch (AEADBadTagException e) {
      throw new IOException(
          file + " is not this device's; delete it, and make the change again", e);
    }
  }

  /** The server has it, or it is not wanted any more. */
  void forget() throws IOException {
    Files.deleteIfExists(file);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
