package dev.e2ee.interop.acontext;

import dev.e2ee.internal.format.Base64Url;
import dev.e2ee.internal.primitive.cipher.AesKw;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * A compact token of Acontext's: {@code sk-ac-} and 76 characters, base64url of version 1, an auth
 * secret of 16 bytes and the project's master key in AES-KW, 57 bytes in all.
 *
 * <p>For interoperability only; {@code dev.e2ee.token} has tokens of our own, of which no server
 * learns a key. This one is not end to end: the whole of it is sent with each request, and the
 * server, which has the {@linkplain AcontextPepper pepper}, unwraps the master key. Its holder
 * alone cannot. Rotation keeps the master key: who had an old token and the pepper reads on.
 */
public final class AcontextToken implements AutoCloseable {
  static final String PREFIX = "sk-ac-";
  private static final int LENGTH = 57;
  private static final int AUTH_END = 17;
  private static final byte VERSION = 1;

  private final SecretBytes bytes;

  private AcontextToken(SecretBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * Makes a token of a project.
   *
   * @param masterKey the project's
   * @param pepper the server's
   * @throws IllegalArgumentException for a pepper or a master key that everybody knows
   */
  public static AcontextToken issue(UserMasterKey masterKey, AcontextPepper pepper) {
    pepper.requireSecret();
    AcontextMasterKey.requireSecret(masterKey);
    Engine engine = Engine.configured();
    byte[] head = new byte[AUTH_END];
    byte[] auth = engine.random(AUTH_END - 1);
    head[0] = VERSION;
    System.arraycopy(auth, 0, head, 1, auth.length);
    try (SecretBytes key = SecretBytes.adopt(masterKey.getEncoded());
        SecretBytes kek = wrappingKey(engine, head, pepper)) {
      byte[] wrapped = AesKw.wrap(engine, kek, key);
      return new AcontextToken(
          SecretBytes.adopt(ByteBuffer.allocate(LENGTH).put(head).put(wrapped).array()));
    } finally {
      Arrays.fill(auth, (byte) 0);
      Arrays.fill(head, (byte) 0);
    }
  }

  /**
   * Reads a compact token. What Acontext takes for a legacy token, which has no key, is refused
   * here: {@link AcontextLegacyToken} reads that, where it is expected.
   *
   * @param text stays the caller's, who wipes it
   * @throws AcontextFormatException for anything else
   */
  public static AcontextToken parse(char[] text) throws AcontextFormatException {
    requirePrefix(text);
    byte[] bytes = Base64Url.decode(text, PREFIX, LENGTH).orElse(new byte[1]);
    if (bytes[0] != VERSION) {
      Arrays.fill(bytes, (byte) 0);
      throw new AcontextFormatException(
          "no compact token of Acontext's, which has 76 characters of base64url behind "
              + PREFIX
              + " and version 1: it is damaged, or a legacy one, which carries no key");
    }
    return new AcontextToken(SecretBytes.adopt(bytes));
  }

  /** Does nothing for a text that begins as Acontext's tokens do. */
  static void requirePrefix(char[] text) throws AcontextFormatException {
    if (Base64Url.hasPrefix(text, "e2ee_")) {
      throw new AcontextFormatException(
          "this is a token of E2EE's own, version 2: dev.e2ee.token.ApiToken reads it");
    }
    if (!Base64Url.hasPrefix(text, PREFIX)) {
      throw new AcontextFormatException("a token of Acontext's begins with " + PREFIX);
    }
  }

  /** Whether a text is a compact token. */
  static boolean isCompact(char[] text) {
    byte[] bytes = Base64Url.decode(text, PREFIX, LENGTH).orElse(new byte[1]);
    boolean isCompact = bytes[0] == VERSION;
    Arrays.fill(bytes, (byte) 0);
    return isCompact;
  }

  /** HKDF(authHex || pepper, pepper || "-master-key-wrap", pepper || " master key wrapping"). */
  private static SecretBytes wrappingKey(Engine engine, byte[] token, AcontextPepper pepper) {
    try (SecretBytes auth = AcontextSecret.hex(token, 1, AUTH_END)) {
      byte[] text = auth.copy();
      try (SecretBytes ikm = pepper.between(text, "");
          SecretBytes salt = pepper.hmacKey(engine, "-master-key-wrap");
          SecretBytes info = pepper.between(new byte[0], " master key wrapping")) {
        byte[] saltBytes = salt.copy();
        byte[] infoBytes = info.copy();
        try {
          return Hkdf.derive(engine, ikm, saltBytes, infoBytes);
        } finally {
          Arrays.fill(saltBytes, (byte) 0);
          Arrays.fill(infoBytes, (byte) 0);
        }
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    }
  }

  /**
   * The project's master key, which the caller closes.
   *
   * @throws AEADBadTagException when token and pepper do not belong together
   */
  public UserMasterKey masterKey(AcontextPepper pepper) throws AEADBadTagException {
    Engine engine = Engine.configured();
    byte[] token = bytes.copy();
    byte[] wrapped = Arrays.copyOfRange(token, AUTH_END, LENGTH);
    try (SecretBytes kek = wrappingKey(engine, token, pepper);
        SecretBytes key = AesKw.unwrap(engine, kek, wrapped)) {
      return UserMasterKey.of(key);
    } catch (InvalidKeyException e) {
      throw new AEADBadTagException(
          "the token does not open with this pepper: it is another server's, or was altered");
    } finally {
      Arrays.fill(token, (byte) 0);
      Arrays.fill(wrapped, (byte) 0);
    }
  }

  /**
   * A new token with the same master key. No object changes; the server replaces look-up value and
   * verifier. Whoever had the old token, the pepper and an object reads that object on.
   *
   * @throws AEADBadTagException when token and pepper do not belong together
   * @throws IllegalArgumentException for a pepper or a master key that everybody knows
   */
  public AcontextToken rotate(AcontextPepper pepper) throws AEADBadTagException {
    try (UserMasterKey key = masterKey(pepper)) {
      return issue(key, pepper);
    }
  }

  /** By which a server finds the project: 64 digits of hex. */
  public String lookup(AcontextPepper pepper) {
    try (SecretBytes auth = auth()) {
      return AcontextSecret.lookup(auth, pepper);
    }
  }

  /**
   * What a server keeps to verify the token: Argon2id at Acontext's fixed cost (16 MiB, 2 passes, 1
   * lane) in PHC form, with a salt of its own each time.
   *
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile
   */
  public String verifier(AcontextPepper pepper) {
    try (SecretBytes auth = auth()) {
      return AcontextSecret.verifier(auth, pepper);
    }
  }

  /**
   * Whether a verifier is of this token and pepper.
   *
   * @throws AcontextFormatException for another text or another cost; nothing was derived
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile
   */
  public boolean matches(String verifier, AcontextPepper pepper) throws AcontextFormatException {
    try (SecretBytes auth = auth()) {
      return AcontextSecret.matches(verifier, auth, pepper);
    }
  }

  private SecretBytes auth() {
    byte[] token = bytes.copy();
    try {
      return AcontextSecret.hex(token, 1, AUTH_END);
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }

  /** The characters of the token, which the caller wipes. */
  public char[] text() {
    byte[] token = bytes.copy();
    try {
      return Base64Url.encode(PREFIX, token);
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }

  /** Wipes the token. */
  @Override
  public void close() {
    bytes.close();
  }

  @Override
  public String toString() {
    return "AcontextToken";
  }
}
