package dev.e2ee.custody.file.internal.core;

import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Damage;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.key.KeyState;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/**
 * The file key of an unlocked file and what comes from it. Each UMK is unwrapped, and compared with
 * its commitment, once; after {@link #close} everything answers LOCKED.
 */
public final class FileSecrets implements AutoCloseable {
  private static final int KEY = 32;
  private static final byte[] NOTHING = {};

  private final Engine engine;
  private final Path file;
  private final Bytes fileId;
  private final SecretBytes fileKey;
  private final SecretBytes macKey;
  private final SecretBytes wrapKey;
  private final Map<KeyRow.Identity, SecretBytes> unwrapped = new HashMap<>();
  private boolean closed;

  /** Takes over the 32-byte file key of a file. */
  public FileSecrets(Engine engine, Path file, Bytes fileId, SecretBytes fileKey) {
    this.engine = engine;
    this.file = file;
    this.fileId = fileId;
    this.fileKey = fileKey;
    this.macKey = derive(Labels.MAC_KEY);
    this.wrapKey = derive(Labels.WRAP_KEY);
  }

  private SecretBytes derive(Labels label) {
    return SecretBytes.adopt(Hkdf.expand(engine, fileKey, label.of(fileId, NOTHING), KEY));
  }

  /** A copy of the file key, for a new slot; the caller closes it. */
  public synchronized SecretBytes fileKey() {
    checkOpen();
    return SecretBytes.adopt(fileKey.copy());
  }

  /**
   * Refuses a file that was not written with this file key.
   *
   * @throws CustodyException CORRUPT
   */
  public synchronized void verify(KeyFileFormat.Parsed read) {
    checkOpen();
    byte[] expected = engine.hmacSha256(macKey, read.authenticated().copy());
    if (!MessageDigest.isEqual(expected, read.mac().copy())) { // [keyfile-22]
      throw Damage.altered(file, "its authentication code does not fit its content");
    }
  }

  /** The bytes of the file for a document. */
  public synchronized byte[] encode(KeyFileDocument document) {
    checkOpen();
    byte[] authenticated = KeyFileFormat.encode(document);
    return KeyFileFormat.finish(authenticated, engine.hmacSha256(macKey, authenticated));
  }

  /** A row for a 32-byte key, wrapped and committed to. */
  public synchronized KeyRow seal(
      KeyRow.Identity identity, KeyState state, long uses, SecretBytes key) {
    checkOpen();
    byte[] plain = key.copy();
    try {
      byte[] box = Box.seal(engine, wrapKey, plain, Labels.KEY_BOX.of(fileId, identity.encode()));
      return new KeyRow(identity, state, uses, Bytes.of(box), commitment(identity, key));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * The key of a row, a copy of 32 bytes that the caller closes.
   *
   * @throws CustodyException CORRUPT when box or commitment do not fit; LOCKED
   */
  public synchronized SecretBytes open(KeyRow row) {
    checkOpen();
    SecretBytes key = unwrapped.get(row.identity());
    if (key == null) {
      key = unwrap(row);
      unwrapped.put(row.identity(), key);
    }
    return SecretBytes.adopt(key.copy());
  }

  /** Unwraps a row again even where its key is known: for reading back what was written. */
  public synchronized SecretBytes reopen(KeyRow row) {
    checkOpen();
    return unwrap(row);
  }

  private SecretBytes unwrap(KeyRow row) {
    byte[] aad = Labels.KEY_BOX.of(fileId, row.identity().encode());
    SecretBytes key;
    try { // [keyfile-23]
      key = SecretBytes.adopt(Box.open(engine, wrapKey, row.box().copy(), aad));
    } catch (AEADBadTagException e) {
      throw Damage.altered(file, "a wrapped key does not open");
    }
    byte[] expected = commitment(row.identity(), key).copy();
    if (!MessageDigest.isEqual(expected, row.commitment().copy())) { // [keyfile-23]
      key.close();
      throw Damage.altered(file, "a key does not fit its commitment");
    }
    return key;
  }

  private Bytes commitment(KeyRow.Identity identity, SecretBytes key) {
    byte[] info = Labels.KEY_COMMITMENT.of(fileId, identity.encode());
    return Bytes.of(Hkdf.expand(engine, key, info, KEY));
  }

  private void checkOpen() {
    if (closed) {
      throw new CustodyException(Kind.LOCKED, "the key file was locked meanwhile; unlock it");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    unwrapped.values().forEach(SecretBytes::close);
    unwrapped.clear();
    wrapKey.close();
    macKey.close();
    fileKey.close();
  }
}
