package dev.e2ee.internal.store;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.store.MalformedStoreException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * The export under a passphrase: {@code testvectors/spec/store.md}, section 5, protection 1.
 * Stateless, reads like its specification.
 */
public final class PassphraseExport {
  /** The one message for everything that is not authentic. */
  public static final String NOT_AUTHENTIC =
      "the passphrase does not open this export as that of this store's keys: it is another"
          + " passphrase, or the export is another store's or was altered";

  private static final int COST = 12;
  private static final int SALT = 32;
  private static final int HEAD = ExportHead.LENGTH + COST + SALT;
  private static final int COMMITMENT = 32;
  private static final int BEFORE_BOX = HEAD + COMMITMENT;
  private static final int KEY = 32;

  private final Engine engine;
  private final byte[] storeName;

  /**
   * With this engine.
   *
   * @param storeName what the application calls the store, 1 to 1024 bytes of UTF-8
   */
  public PassphraseExport(Engine engine, String storeName) {
    this.engine = engine;
    this.storeName = ExportHead.bytesOf(storeName);
  }

  /**
   * Seals the keys of a store.
   *
   * @param passphrase UTF-8 in NFC; stays the caller's
   * @throws NotApprovedException in the FIPS profile
   */
  public byte[] seal(StoreSecrets secrets, SecretBytes passphrase, Argon2Cost cost) {
    refuseInProfile();
    // [store-17]
    byte[] head =
        ExportHead.write(ByteBuffer.allocate(HEAD), secrets, ExportHead.PASSPHRASE)
            .putInt(cost.memoryKiB())
            .putInt(cost.passes())
            .putInt(cost.lanes())
            .put(engine.random(SALT))
            .array();
    byte[] keys = secrets.encode();
    try (SecretBytes root = root(passphrase, cost, head);
        SecretBytes wrapKey = wrapKey(root, head)) {
      byte[] before = ByteBuffer.allocate(BEFORE_BOX).put(head).put(commitment(root, head)).array();
      byte[] box = Box.seal(engine, wrapKey, keys, aad(before));
      return ByteBuffer.allocate(BEFORE_BOX + box.length).put(before).put(box).array();
    } finally {
      Arrays.fill(keys, (byte) 0);
      engine.wipe();
    }
  }

  /**
   * Opens one.
   *
   * @param passphrase UTF-8 in NFC; stays the caller's
   * @return the keys, which the caller closes
   * @throws MalformedStoreException for bytes that are none, or a cost out of bounds
   * @throws AEADBadTagException when it is not authentic
   * @throws NotApprovedException in the FIPS profile
   */
  public StoreSecrets open(byte[] given, SecretBytes passphrase)
      throws MalformedStoreException, AEADBadTagException {
    byte[] export = given.clone(); // nobody changes it behind the checks
    ByteBuffer in = ByteBuffer.wrap(export);
    ExportHead promised = ExportHead.read(in, ExportHead.PASSPHRASE);
    // [store-14]
    int length = BEFORE_BOX + Box.OVERHEAD + promised.keysLength();
    if (export.length != length) {
      throw new MalformedStoreException(
          "this export must have " + length + " bytes, not " + export.length + "; was it cut?");
    }
    Argon2Cost cost = cost(in);
    refuseInProfile();
    byte[] before = Arrays.copyOf(export, BEFORE_BOX);
    byte[] head = Arrays.copyOf(export, HEAD);
    // [store-21]
    try (SecretBytes root = root(passphrase, cost, head);
        SecretBytes wrapKey = wrapKey(root, head)) {
      // [store-18]
      byte[] commitment = Arrays.copyOfRange(export, HEAD, BEFORE_BOX);
      if (!MessageDigest.isEqual(commitment, commitment(root, head))) {
        throw new AEADBadTagException("another commitment");
      }
      byte[] box = Arrays.copyOfRange(export, BEFORE_BOX, export.length);
      return decoded(Box.open(engine, wrapKey, box, aad(before)), promised);
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    } finally {
      engine.wipe();
    }
  }

  private StoreSecrets decoded(byte[] keys, ExportHead promised) throws AEADBadTagException {
    try {
      return StoreSecrets.decode(engine, keys, promised.storeId(), promised.generation());
    } finally {
      Arrays.fill(keys, (byte) 0);
    }
  }

  private void refuseInProfile() {
    engine.refuseInProfile(
        "the export of a store's keys under a passphrase is derived by Argon2id, which",
        "an export for a device: StoreKeys.exportKey(String, DevicePublicKeys, DeviceIdentity)");
  }

  private static Argon2Cost cost(ByteBuffer in) throws MalformedStoreException {
    // [store-15]
    try {
      return new Argon2Cost(in.getInt(), in.getInt(), in.getInt());
    } catch (IllegalArgumentException e) {
      throw new MalformedStoreException(
          "the export asks for what nobody should compute: " + e.getMessage(), e);
    }
  }

  private static SecretBytes root(SecretBytes passphrase, Argon2Cost cost, byte[] head) {
    byte[] bytes = passphrase.copy();
    try {
      byte[] salt = Arrays.copyOfRange(head, HEAD - SALT, HEAD);
      return SecretBytes.adopt(Argon2id.derive(cost, bytes, salt, KEY));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private byte[] commitment(SecretBytes root, byte[] head) {
    byte[] info = new Bound("e2ee-store-export-commit-v1").lp(storeName).lp(head).bytes();
    return Hkdf.expand(engine, root, info, COMMITMENT);
  }

  private SecretBytes wrapKey(SecretBytes root, byte[] head) {
    byte[] info = new Bound("e2ee-store-export-key-v1").lp(storeName).lp(head).bytes();
    return SecretBytes.adopt(Hkdf.expand(engine, root, info, KEY));
  }

  private static byte[] aad(byte[] before) {
    return new Bound("e2ee-store-export-v1").raw(before).bytes();
  }
}
