package dev.e2ee.keyring;

import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.keyring.EpochKeys;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.internal.keyring.SealedData;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/**
 * Seals documents and blobs of a collection under the current epoch, and opens those of every epoch
 * whose key the device has. The bytes are Starfish's. {@code testvectors/spec/keyring.md}, section
 * 8. It works as long as its {@link Keyring} is open.
 */
public final class CollectionCipher {
  private final DeviceKeys device;
  private final SealedData data;
  private final int epoch;

  CollectionCipher(DeviceKeys device, EpochKeys keys, int epoch) {
    this(device, new SealedData(device.engine(), keys), epoch);
  }

  private CollectionCipher(DeviceKeys device, SealedData data, int epoch) {
    this.device = device;
    this.data = data;
    this.epoch = epoch;
  }

  /**
   * One that refuses what was sealed before an epoch, as not authentic: a member who was removed
   * then can go on to seal in the epochs that it had.
   *
   * @param lowest 1 to the current one; 1 refuses nothing
   * @throws IllegalArgumentException for another number
   */
  public CollectionCipher withMinimumEpoch(int lowest) {
    if (lowest < 1 || lowest > epoch) {
      throw new IllegalArgumentException(
          "the epochs of this keyring are 1 to " + epoch + ", and " + lowest + " is asked for");
    }
    return new CollectionCipher(device, data.from(lowest), epoch);
  }

  /**
   * Seals a document.
   *
   * @param json an object or array in UTF-8, up to 16 MiB
   * @return {@code {"_encrypted":…,"_epoch":…}}
   * @throws KeyringFormatException when it is not
   */
  public byte[] sealDocument(byte[] json) throws KeyringFormatException {
    try {
      return data.sealDocument(json, epoch);
    } catch (NoEpochKeyException e) {
      throw Keyring.withoutCurrentKey(e);
    }
  }

  /**
   * Opens a document. It may be another document of the same epoch, an old one, or one that a
   * removed member has sealed in an epoch that it had: {@link #openDocument(AuthoredDocument,
   * String, Set)} tells the first, and the last when that member is no author.
   *
   * @return its JSON text
   * @throws KeyringFormatException when it is no sealed document
   * @throws NoEpochKeyException when this device has no key of its epoch
   * @throws AEADBadTagException when it is not authentic
   */
  public byte[] openDocument(byte[] document)
      throws KeyringFormatException, NoEpochKeyException, AEADBadTagException {
    return data.openDocument(document);
  }

  /**
   * Seals a document and signs it as its author, which binds it to its path.
   *
   * @param path where it will lie, 1 to 1024 bytes of UTF-8
   * @throws KeyringFormatException when the JSON is no object or array
   */
  public AuthoredDocument sealDocument(byte[] json, String path) throws KeyringFormatException {
    Identifier.check("path", path);
    byte[] document = sealDocument(json);
    byte[] signature = device.signing().sign(SealedData.authorText(document, path));
    Signer author = new Signer(KeyText.of(device.signing().publicKey()));
    return AuthoredDocument.of(document, author, signature);
  }

  /**
   * Opens a document that must be by one of these authors, for this path. It may be an old one.
   *
   * @return its JSON text
   * @throws KeyringFormatException when it is no sealed document
   * @throws NoEpochKeyException when this device has no key of its epoch
   * @throws AEADBadTagException when it is not authentic, by another author or for another path
   */
  // [keyring-22]
  public byte[] openDocument(AuthoredDocument document, String path, Set<Signer> authors)
      throws KeyringFormatException, NoEpochKeyException, AEADBadTagException {
    Identifier.check("path", path);
    byte[] sealed = document.document();
    if (!authors.contains(document.author())
        || !isSigned(document, SealedData.authorText(sealed, path))) {
      throw new AEADBadTagException(
          "not authentic: by another author, or not what the author put at this path");
    }
    return openDocument(sealed);
  }

  private boolean isSigned(AuthoredDocument document, byte[] text) {
    byte[] key = KeyText.bytes(document.author().key());
    try {
      return Signatures.verify(device.engine(), Curve.ED25519, key, text, document.signature());
    } catch (InvalidKeyException e) {
      throw new ProviderException("an author's key that was checked is not valid", e);
    }
  }

  /**
   * Seals bytes.
   *
   * @param bytes up to 16 MiB
   * @param path that they are bound to, up to 1024 bytes of UTF-8; may be empty
   * @throws KeyringFormatException when they are more
   */
  public byte[] sealBlob(byte[] bytes, String path) throws KeyringFormatException {
    checkPath(path);
    try {
      return data.sealBlob(bytes, path, epoch);
    } catch (NoEpochKeyException e) {
      throw Keyring.withoutCurrentKey(e);
    }
  }

  /**
   * Opens a blob.
   *
   * @param path that it was sealed for
   * @throws KeyringFormatException when it is no blob
   * @throws NoEpochKeyException when this device has no key of its epoch
   * @throws AEADBadTagException when it is not authentic, or of another path
   */
  public byte[] openBlob(byte[] blob, String path)
      throws KeyringFormatException, NoEpochKeyException, AEADBadTagException {
    checkPath(path);
    return data.openBlob(blob, path);
  }

  private static void checkPath(String path) {
    if (!path.isEmpty()) {
      Identifier.check("path", path);
    }
  }
}
