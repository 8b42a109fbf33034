package dev.e2ee.internal.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.internal.json.JsonSyntaxException;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/**
 * Documents and blobs under the CEK of an epoch. {@code testvectors/spec/keyring.md}, section 8.
 */
public final class SealedData {
  /** The most bytes of one, before it is sealed. */
  public static final int MAX_LENGTH = 16 << 20;

  private static final int MAX_DOCUMENT = (MAX_LENGTH + Box.OVERHEAD) / 3 * 4 + 1024;
  private static final String ENCRYPTED = "_encrypted";
  private static final String EPOCH = "_epoch";
  private static final String BLOB = "starfish-blob:";
  private static final byte[] AUTHOR = "starfish-doc-author-v1\n".getBytes(UTF_8);

  /** A document of the right form, before a key is touched. */
  private static final class Sealed {
    private final Json.Members object;
    private final int epoch;
    private final byte[] box;

    private Sealed(Json.Members object, int epoch, byte[] box) {
      this.object = object;
      this.epoch = epoch;
      this.box = box;
    }

    // [keyring-21]
    static Sealed read(byte[] document) throws KeyringFormatException {
      Fields in = Fields.read("sealed document", document, MAX_DOCUMENT);
      in.expectJust(ENCRYPTED, EPOCH);
      int epoch = in.integer(EPOCH, 1, KeyringDocument.MAX_EPOCHS);
      byte[] box = in.base64(ENCRYPTED);
      if (box.length < Box.OVERHEAD || box.length > Box.OVERHEAD + MAX_LENGTH) {
        throw in.fault("its " + ENCRYPTED + " is too short or too long");
      }
      return new Sealed(in.object(), epoch, box);
    }
  }

  private final Engine engine;
  private final EpochKeys keys;
  private final int lowest;

  /** With the CEKs that a device has; they stay the caller's. */
  public SealedData(Engine engine, EpochKeys keys) {
    this(engine, keys, 1);
  }

  private SealedData(Engine engine, EpochKeys keys, int lowest) {
    this.engine = engine;
    this.keys = keys;
    this.lowest = lowest;
  }

  /** One that opens nothing of an epoch before this one. */
  public SealedData from(int lowestEpoch) {
    return new SealedData(engine, keys, lowestEpoch);
  }

  /** Seals a JSON text, an object or an array, under an epoch. */
  // [keyring-20]
  public byte[] sealDocument(byte[] json, int epoch)
      throws KeyringFormatException, NoEpochKeyException {
    requireLength(json.length);
    try {
      if (!JsonReader.isContainer(json)) {
        throw new KeyringFormatException("a document is a JSON object or array");
      }
    } catch (JsonSyntaxException e) {
      throw new KeyringFormatException("the document is no JSON text: " + e.getMessage());
    }
    byte[] box = Box.seal(engine, keys.cek(epoch), json, documentAad(epoch));
    return CanonicalJson.of(
        new Json.Members(
            Map.of(
                ENCRYPTED, new Json.Text(Base64.getEncoder().encodeToString(box)),
                EPOCH, new Json.Numeral(epoch))));
  }

  private static byte[] documentAad(int epoch) {
    return Integer.toString(epoch).getBytes(UTF_8);
  }

  /**
   * Opens a document.
   *
   * @return its JSON text
   */
  // [keyring-21]
  public byte[] openDocument(byte[] document)
      throws KeyringFormatException, NoEpochKeyException, AEADBadTagException {
    Sealed sealed = Sealed.read(document);
    byte[] json = open(sealed.epoch, sealed.box, documentAad(sealed.epoch));
    boolean done = false;
    try {
      if (!JsonReader.isContainer(json)) {
        throw new KeyringFormatException("what a document seals is no object or array");
      }
      done = true;
      return json;
    } catch (JsonSyntaxException e) {
      throw new KeyringFormatException("what a document seals is no JSON text");
    } finally {
      if (!done) {
        Arrays.fill(json, (byte) 0);
      }
    }
  }

  private byte[] open(int epoch, byte[] box, byte[] aad)
      throws NoEpochKeyException, AEADBadTagException {
    SecretBytes cek = keys.cek(epoch);
    byte[] plain;
    try {
      plain = Box.open(engine, cek, box, aad);
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(
          "not authentic: altered, of another epoch or path, or of another collection");
    }
    // [keyring-24]
    if (epoch < lowest) {
      Arrays.fill(plain, (byte) 0);
      throw new AEADBadTagException(
          "sealed in epoch "
              + epoch
              + ", and "
              + lowest
              + " or later is asked for: somebody who was removed since may have sealed it");
    }
    return plain;
  }

  /** Seals bytes under an epoch, bound to a path, which may be empty. */
  // [keyring-20]
  public byte[] sealBlob(byte[] bytes, String path, int epoch)
      throws KeyringFormatException, NoEpochKeyException {
    requireLength(bytes.length);
    SecretBytes cek = keys.cek(epoch);
    byte[] blob = new byte[Integer.BYTES + Box.OVERHEAD + bytes.length];
    ByteBuffer.wrap(blob).putInt(epoch);
    Box.seal(engine, cek, bytes, 0, bytes.length, blobAad(path, epoch), blob, Integer.BYTES);
    return blob;
  }

  private static byte[] blobAad(String path, int epoch) {
    return (BLOB + epoch + ":" + path).getBytes(UTF_8);
  }

  /** Opens a blob. */
  public byte[] openBlob(byte[] blob, String path)
      throws KeyringFormatException, NoEpochKeyException, AEADBadTagException {
    int length = blob.length - Integer.BYTES - Box.OVERHEAD;
    if (length < 0 || length > MAX_LENGTH) {
      throw new KeyringFormatException("not a blob: it has " + blob.length + " bytes");
    }
    int epoch = ByteBuffer.wrap(blob).getInt();
    if (epoch < 1 || epoch > KeyringDocument.MAX_EPOCHS) {
      throw new KeyringFormatException("not a blob: it names no epoch");
    }
    byte[] box = Arrays.copyOfRange(blob, Integer.BYTES, blob.length);
    return open(epoch, box, blobAad(path, epoch));
  }

  private static void requireLength(int length) throws KeyringFormatException {
    if (length > MAX_LENGTH) {
      throw new KeyringFormatException(
          "it has "
              + length
              + " bytes, and "
              + MAX_LENGTH
              + " at most can be sealed so; put it in an envelope under the keyring's key");
    }
  }

  /** What an author signs of a document at a path. */
  public static byte[] authorText(byte[] document, String path) throws KeyringFormatException {
    Json.Members sealed = Sealed.read(document).object;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(AUTHOR);
    text.writeBytes(
        CanonicalJson.of(new Json.Members(Map.of("d", sealed, "k", new Json.Text(path)))));
    return text.toByteArray();
  }
}
