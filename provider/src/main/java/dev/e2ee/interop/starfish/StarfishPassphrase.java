package dev.e2ee.interop.starfish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.keyring.Fields;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/**
 * Starfish's envelopes under a passphrase: Argon2id with a salt of their own, AES-256-GCM without
 * associated data. Nothing says what an envelope is about: any that was ever made with the
 * passphrase can be put in the place of another.
 */
public final class StarfishPassphrase {
  /** The most bytes of one, before it is sealed. */
  public static final int MAX_LENGTH = 1 << 20;

  /** The one cost that Starfish knows: 46 MiB, 3 passes, 1 lane. */
  private static final Argon2Cost COST = new Argon2Cost(47_104, 3, 1);

  private static final int VERSION = 1;
  private static final int SALT = 16;
  private static final int KEY = 32;
  private static final int MAX_PASSPHRASE = 1024;
  private static final int MAX_TEXT = (MAX_LENGTH + Box.OVERHEAD) / 3 * 4 + 1024;
  private static final String KIND = "passphrase";
  private static final String KDF = "argon2id";
  private static final byte[] NO_AAD = new byte[0];

  private StarfishPassphrase() {}

  /**
   * Seals bytes.
   *
   * @param plaintext up to 1 MiB
   * @param passphrase 1 to 1024 bytes of UTF-8, taken in NFC; stays the caller's, who wipes it
   * @return JSON, {@code {"ct":…,"enc":"passphrase","iv":…,"kdf":{…},"v":1}}
   * @throws IllegalArgumentException when there are more bytes, or for such a passphrase
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small
   */
  public static byte[] seal(byte[] plaintext, char[] passphrase) {
    if (plaintext.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "an envelope under a passphrase holds up to " + MAX_LENGTH + " bytes; seal a key in it");
    }
    Engine engine = Engine.configured();
    byte[] salt = engine.random(SALT);
    try (SecretBytes key = derive(engine, passphrase, salt)) {
      byte[] box = Box.seal(engine, key, plaintext, NO_AAD);
      return CanonicalJson.of(
          new Json.Members(
              Map.of(
                  "v", new Json.Numeral(VERSION),
                  "enc", new Json.Text(KIND),
                  "kdf", kdf(salt),
                  "iv", base64(Arrays.copyOf(box, Engine.NONCE)),
                  "ct", base64(Arrays.copyOfRange(box, Engine.NONCE, box.length)))));
    }
  }

  private static Json kdf(byte[] salt) {
    return new Json.Members(
        Map.of(
            "alg", new Json.Text(KDF),
            "memKiB", new Json.Numeral(COST.memoryKiB()),
            "iter", new Json.Numeral(COST.passes()),
            "par", new Json.Numeral(COST.lanes()),
            "salt", base64(salt)));
  }

  private static Json base64(byte[] bytes) {
    return new Json.Text(Base64.getEncoder().encodeToString(bytes));
  }

  /**
   * Opens an envelope, which the caller wipes.
   *
   * @throws KeyringFormatException when it is none, or asks for another cost; nothing was derived
   * @throws AEADBadTagException when the passphrase is another, or it was altered
   * @throws IllegalArgumentException for a passphrase of another length, or that is no text
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small
   */
  public static byte[] open(byte[] envelope, char[] passphrase)
      throws KeyringFormatException, AEADBadTagException {
    Fields in = Fields.read("passphrase's envelope", envelope, MAX_TEXT);
    in.expectJust("v", "enc", "kdf", "iv", "ct");
    in.integer("v", VERSION, VERSION);
    Fields kdf = in.fields("kdf");
    kdf.expectJust("alg", "memKiB", "iter", "par", "salt");
    if (!in.text("enc").equals(KIND) || !kdf.text("alg").equals(KDF)) {
      throw in.fault("it is not by Argon2id under a passphrase");
    }
    kdf.integer("memKiB", COST.memoryKiB(), COST.memoryKiB());
    kdf.integer("iter", COST.passes(), COST.passes());
    kdf.integer("par", COST.lanes(), COST.lanes());
    byte[] salt = kdf.base64("salt", SALT);
    byte[] iv = in.base64("iv", Engine.NONCE);
    byte[] ciphertext = in.base64("ct");
    byte[] box = Arrays.copyOf(iv, iv.length + ciphertext.length);
    System.arraycopy(ciphertext, 0, box, iv.length, ciphertext.length);
    Engine engine = Engine.configured();
    try (SecretBytes key = derive(engine, passphrase, salt)) {
      return Box.open(engine, key, box, NO_AAD);
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException("not authentic: another passphrase, or it was altered");
    }
  }

  /** Argon2id at the one cost, 32 bytes, which the caller closes. */
  static SecretBytes derive(Engine engine, char[] passphrase, byte[] salt) {
    engine.refuseInProfile("Argon2id, which Starfish's passphrases need,", "a KeyCustody");
    byte[] password = utf8(passphrase);
    try {
      return SecretBytes.adopt(Argon2id.derive(COST, password, salt, KEY));
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private static byte[] utf8(char[] passphrase) {
    CharBuffer chars = CharBuffer.wrap(passphrase);
    if (!Normalizer.isNormalized(chars, Normalizer.Form.NFC)) {
      chars = CharBuffer.wrap(Normalizer.normalize(chars, Normalizer.Form.NFC));
    }
    ByteBuffer encoded;
    try {
      encoded = UTF_8.newEncoder().encode(chars);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the passphrase has half a surrogate pair, which is no text; type it anew", e);
    }
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes).rewind();
    encoded.put(new byte[bytes.length]);
    if (bytes.length == 0 || bytes.length > MAX_PASSPHRASE) {
      Arrays.fill(bytes, (byte) 0);
      throw new IllegalArgumentException(
          "a passphrase has 1 to " + MAX_PASSPHRASE + " bytes of UTF-8; give another");
    }
    return bytes;
  }
}
