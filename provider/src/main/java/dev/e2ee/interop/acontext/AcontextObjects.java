package dev.e2ee.interop.acontext;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes Acontext's objects, and the frame of its database and cache, under a project's
 * master key.
 *
 * <p>For interoperability only. Nothing says which object a body is: there is no associated data,
 * so the body of another object of the project, or an older one, opens together with its metadata,
 * and nobody can tell. A {@code sha256} that stayed in the metadata tells, when it is there; that
 * is no protection, since whoever can exchange the body can exchange it too, and it confirms
 * guesses of the content. Nothing says either whether a DEK and a body are an object, a text or a
 * message: each opens as the others. And a body commits to no DEK: whoever has the master key can
 * make one that opens to two contents by two DEKs. Keep new records in an {@link
 * dev.e2ee.envelope.Envelope}.
 *
 * <p>What is not marked as encrypted is refused, though Acontext would give it out: a server could
 * have planted it. Safe for use by many threads.
 */
public final class AcontextObjects implements AutoCloseable {
  private static final String ALGORITHM = "enc-algo";
  private static final String DEK = "enc-dek-user";
  private static final String HASH = "sha256";
  private static final String AES_GCM = "AES-256-GCM";
  private static final byte[] NO_AAD = {};
  private static final int KEY = 32;
  private static final int WRAP = KEY + Box.OVERHEAD;

  private final Engine engine = Engine.configured();
  private final UserMasterKey masterKey;

  private AcontextObjects(UserMasterKey masterKey) {
    this.masterKey = masterKey;
  }

  /**
   * Works under a copy of a master key. Under the one that Acontext ships it opens, and seals
   * nothing.
   */
  public static AcontextObjects with(UserMasterKey masterKey) {
    try (SecretBytes bytes = SecretBytes.adopt(masterKey.getEncoded())) {
      return new AcontextObjects(UserMasterKey.of(bytes));
    }
  }

  /**
   * Seals an object, without a hash of its content.
   *
   * @throws IllegalArgumentException under the master key that Acontext ships
   */
  public AcontextObject seal(byte[] content) {
    AcontextFrame sealed = sealed(content);
    return new AcontextObject(sealed.body(), Map.of(ALGORITHM, AES_GCM, DEK, sealed.dek()));
  }

  /**
   * The same with {@code sha256}, the hash of the content, which Acontext names objects by. Whoever
   * sees it can try guesses of the content.
   *
   * @throws IllegalArgumentException under the master key that Acontext ships
   */
  public AcontextObject sealWithHash(byte[] content) {
    AcontextObject object = seal(content);
    Map<String, String> metadata = new HashMap<>(object.metadata());
    metadata.put(HASH, hash(content));
    return new AcontextObject(object.body(), metadata);
  }

  /**
   * Opens an object.
   *
   * @param metadata as the store gives it, names in lower case; others than the three are passed
   *     over
   * @return the content, which the caller wipes
   * @throws AcontextFormatException when it is not marked as encrypted with AES-256-GCM, has no DEK
   *     or one that is not in the format, or a body shorter than 28 bytes
   * @throws AEADBadTagException when it is not authentic, or is not what its {@code sha256} says
   */
  public byte[] open(byte[] body, Map<String, String> metadata)
      throws AcontextFormatException, AEADBadTagException {
    if (!AES_GCM.equals(metadata.get(ALGORITHM))) {
      throw new AcontextFormatException(
          "the object's "
              + ALGORITHM
              + " is not "
              + AES_GCM
              + "; in an encrypted project that is refused, whatever the server sent as its body");
    }
    byte[] content = opened(metadata.get(DEK), body);
    String hash = metadata.get(HASH);
    if (hash != null
        && !MessageDigest.isEqual(hash.getBytes(UTF_8), hash(content).getBytes(UTF_8))) {
      Arrays.fill(content, (byte) 0);
      throw new AEADBadTagException("the object is not the one whose hash its metadata has");
    }
    return content;
  }

  /**
   * Seals a text for the database.
   *
   * @return base64 of the frame
   * @throws IllegalArgumentException under the master key that Acontext ships
   */
  public String sealText(byte[] utf8) {
    return AcontextText.padded(sealCached(utf8));
  }

  /**
   * Opens a text of the database.
   *
   * @return its UTF-8 bytes, which the caller wipes
   * @throws AcontextFormatException when it is no such frame: a plaintext is none
   * @throws AEADBadTagException when it is not authentic
   */
  public byte[] openText(String stored) throws AcontextFormatException, AEADBadTagException {
    return openCached(AcontextText.padded("stored text", stored));
  }

  /**
   * Seals a message for the cache, in the raw frame.
   *
   * @throws IllegalArgumentException under the master key that Acontext ships
   */
  public byte[] sealCached(byte[] content) {
    return sealed(content).bytes();
  }

  /**
   * Opens a message of the cache.
   *
   * @return its bytes, which the caller wipes
   * @throws AcontextFormatException when it is no encrypted frame; one of plaintext, which begins
   *     with 0, is none
   * @throws AEADBadTagException when it is not authentic
   */
  public byte[] openCached(byte[] stored) throws AcontextFormatException, AEADBadTagException {
    AcontextFrame frame = AcontextFrame.parse(stored);
    return opened(frame.dek(), frame.body());
  }

  private AcontextFrame sealed(byte[] content) {
    AcontextMasterKey.requireSecret(masterKey);
    try (SecretBytes master = SecretBytes.adopt(masterKey.getEncoded());
        SecretBytes dek = SecretBytes.adopt(engine.random(KEY))) {
      byte[] plain = dek.copy();
      try {
        String wrapped = AcontextText.padded(Box.seal(engine, master, plain, NO_AAD));
        return new AcontextFrame(wrapped, Box.seal(engine, dek, content, NO_AAD));
      } finally {
        Arrays.fill(plain, (byte) 0);
      }
    } finally {
      engine.wipe();
    }
  }

  private byte[] opened(@Nullable String wrapped, byte[] body)
      throws AcontextFormatException, AEADBadTagException {
    if (wrapped == null) {
      throw new AcontextFormatException("the object has no " + DEK);
    }
    byte[] wrap = AcontextText.padded("wrapped DEK", wrapped, WRAP);
    if (body.length < Box.OVERHEAD) {
      throw new AcontextFormatException("the body is shorter than a nonce and a tag, 28 bytes");
    }
    try (SecretBytes master = SecretBytes.adopt(masterKey.getEncoded());
        SecretBytes dek = SecretBytes.adopt(Box.open(engine, master, wrap, NO_AAD))) {
      return Box.open(engine, dek, body, NO_AAD);
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(
          "the object does not open: it was altered, or is under another master key");
    } finally {
      engine.wipe();
    }
  }

  private String hash(byte[] content) {
    return HexFormat.of().formatHex(engine.sha256(content));
  }

  /** Wipes this object's copy of the key. */
  @Override
  public void close() {
    masterKey.close();
  }
}
