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
 * The changes of a keyring that this device has made, while no server has said that it has one of
 * them: their digests of 32 bytes, one after the other, in a file that is sealed by the key store.
 * Nothing is sealed under such a keyring, and nothing of it is remembered: another device's change
 * may be the one that counts. One that was made before the last is no better than that.
 * [keyring-17]
 *
 * <p>The file needs no lock of its own: who has a {@link LocalDevice} keeps other commands out.
 */
final class PendingChanges {
  private static final int DIGEST = 32;

  private final LocalDevice local;
  private final RecordContext context;
  private final Path file;

  private PendingChanges(LocalDevice local, String collection) {
    this.local = local;
    this.context = RecordContext.of("this device", "e2ee-keyring-change", collection);
    this.file =
        local.changes().resolve(HexFormat.of().formatHex(sha256(collection.getBytes(UTF_8))));
  }

  /**
   * Those of a collection.
   *
   * @throws IllegalArgumentException for what can be no collection's name
   */
  static PendingChanges of(LocalDevice local, String collection) {
    return new PendingChanges(local, collection);
  }

  /** Keeps one more. */
  void keep(byte[] document) throws IOException {
    if (has(document)) {
      return;
    }
    Path folder = local.changes();
    OwnerOnly.makeDirectory(folder);
    byte[] before = digests();
    byte[] all = Arrays.copyOf(before, before.length + DIGEST);
    System.arraycopy(sha256(document), 0, all, before.length, DIGEST);
    byte[] sealed = local.envelope().seal(all, context);
    try (PendingFile pending = PendingFile.write(folder, sealed)) {
      pending.replace(file);
    }
  }

  /** Whether this is one of them. */
  boolean has(byte[] document) throws IOException {
    byte[] kept = digests();
    byte[] digest = sha256(document);
    boolean found = false;
    for (int at = 0; at < kept.length; at += DIGEST) {
      found |= Arrays.equals(Arrays.copyOfRange(kept, at, at + DIGEST), digest);
    }
    return found;
  }

  private byte[] digests() throws IOException {
    if (!Files.exists(file)) {
      return new byte[0];
    }
    try {
      return local.envelope().open(Files.readAllBytes(file), context);
    } catch (AEADBadTagException e) {
      throw new IOException(
          file + " is not this device's; delete it, and make the change again", e);
    }
  }

  /** The server has one of them, and so none of the others. */
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
