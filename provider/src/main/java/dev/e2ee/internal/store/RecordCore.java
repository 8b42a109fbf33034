package dev.e2ee.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.GcmKey;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.store.NoStoreKeyException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Seals and opens records: {@code testvectors/spec/store.md}, section 3; stateless but for its
 * keys, reads like its specification.
 */
public final class RecordCore {
  /** The one message for everything that is not authentic. */
  public static final String NOT_AUTHENTIC =
      "not the record of this path in this store: it was altered, or put in another one's place";

  private final StoreSecrets secrets;
  private final Engine engine;

  /** With these keys, which stay the caller's. */
  public RecordCore(StoreSecrets secrets) {
    this.secrets = secrets;
    this.engine = secrets.engine();
  }

  /**
   * Seals one write under the current key.
   *
   * @param path 1 to 1024 bytes of UTF-8, checked before
   * @param revision 0 or more
   * @param content at most 16 MiB; stays the caller's
   */
  public byte[] seal(String path, long revision, byte[] content, boolean padded) {
    StoreSecrets.Entry current = secrets.current();
    byte[] start = RecordMessage.start(padded, current.generation(), current.id(), revision);
    // [store-3]
    byte[] salt = salt(current, engine.random(RecordMessage.SALT), start, path, content);
    byte[] head = ByteBuffer.allocate(RecordMessage.HEAD).put(start).put(salt).array();
    if (!padded) {
      return sealed(current, path, head, content);
    }
    byte[] plain = RecordPadding.pad(content);
    try {
      return sealed(current, path, head, plain);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Another one for each write, also where a machine that was cloned draws the same bytes twice.
   *
   * @param random 32 bytes, fresh
   * @param start what stands before the salt
   */
  byte[] salt(
      StoreSecrets.Entry current, byte[] random, byte[] start, String path, byte[] content) {
    byte[] info = new Bound("e2ee-store-salt-v1").raw(secrets.storeId()).bytes();
    byte[] named = path.getBytes(UTF_8);
    byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(named.length).array();
    try (SecretBytes key =
        SecretBytes.adopt(Hkdf.expand(engine, current.key(), info, RecordMessage.SALT))) {
      return engine.hmacSha256(key, random, start, length, named, content);
    }
  }

  private byte[] sealed(StoreSecrets.Entry current, String path, byte[] head, byte[] plain) {
    try (RecordKeys keys = keys(current, path, head);
        GcmKey gcm = engine.gcmKey(keys.key())) {
      byte[] record = new byte[RecordMessage.BEFORE_BODY + plain.length + Engine.TAG];
      ByteBuffer.wrap(record).put(head).put(keys.commitment());
      byte[] aad = Arrays.copyOf(record, RecordMessage.BEFORE_BODY);
      gcm.seal(keys.nonce(), aad, plain, 0, plain.length, record, RecordMessage.BEFORE_BODY);
      return record;
    }
  }

  /**
   * Opens a record.
   *
   * @return the content, which is the caller's
   * @throws NoStoreKeyException when its key is not here
   * @throws AEADBadTagException when it is not authentic, or of another path or store
   */
  public byte[] open(RecordMessage record, String path)
      throws NoStoreKeyException, AEADBadTagException {
    // [store-6]
    StoreSecrets.Entry entry =
        secrets
            .find(record.generation(), record.keyId())
            .orElseThrow(() -> new NoStoreKeyException(record.generation()));
    // [store-8]
    try {
      byte[] plain = opened(entry, record, path);
      if (!record.padded()) {
        return plain;
      }
      try {
        return RecordPadding.unpad(plain);
      } finally {
        Arrays.fill(plain, (byte) 0);
      }
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
  }

  private byte[] opened(StoreSecrets.Entry entry, RecordMessage record, String path)
      throws AEADBadTagException {
    try (RecordKeys keys = keys(entry, path, record.head())) {
      // [store-7]
      if (!MessageDigest.isEqual(keys.commitment(), record.commitment())) {
        throw new AEADBadTagException("another commitment");
      }
      byte[] sealed = record.bytes();
      int length = sealed.length - RecordMessage.BEFORE_BODY;
      byte[] plain = new byte[length - Engine.TAG];
      try (GcmKey gcm = engine.gcmKey(keys.key())) {
        gcm.open(
            keys.nonce(),
            0,
            record.beforeBody(),
            sealed,
            RecordMessage.BEFORE_BODY,
            length,
            plain,
            0);
      }
      return plain;
    }
  }

  /** What a write with this head is sealed with. */
  RecordKeys keys(StoreSecrets.Entry entry, String path, byte[] head) {
    return RecordKeys.of(engine, entry.key(), secrets.storeId(), path.getBytes(UTF_8), head);
  }
}
