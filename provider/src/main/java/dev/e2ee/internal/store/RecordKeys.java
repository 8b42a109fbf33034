package dev.e2ee.internal.store;

import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.util.Arrays;

/** What one write of one record is sealed with: {@code testvectors/spec/store.md}, section 3. */
final class RecordKeys implements AutoCloseable {
  private static final int KEY = 32;
  private static final int ALL = KEY + Engine.NONCE + RecordMessage.COMMITMENT;

  private final SecretBytes key;
  private final byte[] nonce;
  private final byte[] commitment;

  private RecordKeys(SecretBytes key, byte[] nonce, byte[] commitment) {
    this.key = key;
    this.nonce = nonce;
    this.commitment = commitment;
  }

  /**
   * Of store key, store, path and write.
   *
   * @param head the first 68 bytes of the record, the salt among them
   */
  static RecordKeys of(
      Engine engine, SecretBytes storeKey, byte[] storeId, byte[] path, byte[] head) {
    byte[] info = new Bound("e2ee-store-record-v1").raw(storeId).lp(path).lp(head).bytes();
    byte[] all = Hkdf.expandSha512(engine, storeKey, info, ALL);
    try {
      return new RecordKeys(
          SecretBytes.adopt(Arrays.copyOf(all, KEY)),
          Arrays.copyOfRange(all, KEY, KEY + Engine.NONCE),
          Arrays.copyOfRange(all, KEY + Engine.NONCE, ALL));
    } finally {
      Arrays.fill(all, (byte) 0);
    }
  }

  SecretBytes key() {
    return key;
  }

  byte[] nonce() {
    return nonce;
  }

  byte[] commitment() {
    return commitment;
  }

  @Override
  public void close() {
    key.close();
  }
}
