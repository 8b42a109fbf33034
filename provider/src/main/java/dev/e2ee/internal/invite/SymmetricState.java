package dev.e2ee.internal.invite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * SymmetricState of the Noise Protocol Framework, revision 34, section 5.2, with SHA256: the
 * chaining key, the handshake hash and the cipher of the moment. The names are the framework's.
 */
final class SymmetricState implements AutoCloseable {
  private static final int HASHLEN = 32;
  private static final byte[] NOTHING = {};

  private final Engine engine;
  private SecretBytes ck;
  private byte[] h;
  private @Nullable CipherState cipher;

  /**
   * InitializeSymmetric.
   *
   * @param protocolName of {@value #HASHLEN} bytes: such a name is the first hash itself
   */
  SymmetricState(Engine engine, String protocolName) {
    this.engine = engine;
    this.h = Arrays.copyOf(protocolName.getBytes(US_ASCII), HASHLEN);
    this.ck = SecretBytes.copyOf(h);
  }

  /** GetHandshakeHash. */
  byte[] handshakeHash() {
    return h.clone();
  }

  /** MixHash. */
  void mixHash(byte[] data) {
    byte[] both = Arrays.copyOf(h, HASHLEN + data.length);
    System.arraycopy(data, 0, both, HASHLEN, data.length);
    h = engine.sha256(both);
    Arrays.fill(both, (byte) 0);
  }

  /** MixKey. */
  void mixKey(byte[] ikm) {
    SecretBytes[] out = hkdf(ikm, 2);
    chain(out[0], out[1]);
  }

  /** MixKeyAndHash. */
  void mixKeyAndHash(byte[] ikm) {
    SecretBytes[] out = hkdf(ikm, 3);
    byte[] tempHash = out[1].copy();
    mixHash(tempHash);
    Arrays.fill(tempHash, (byte) 0);
    out[1].close();
    chain(out[0], out[2]);
  }

  private void chain(SecretBytes newCk, SecretBytes key) {
    close();
    ck = newCk;
    cipher = new CipherState(engine, key);
  }

  /** EncryptAndHash, once there is a key. */
  byte[] encryptAndHash(byte[] plaintext) {
    byte[] sealed = keyed().encryptWithAd(h, plaintext);
    mixHash(sealed);
    return sealed;
  }

  /**
   * DecryptAndHash, once there is a key.
   *
   * @throws AEADBadTagException when it is not authentic
   */
  byte[] decryptAndHash(byte[] sealed) throws AEADBadTagException {
    byte[] plaintext = keyed().decryptWithAd(h, sealed);
    mixHash(sealed);
    return plaintext;
  }

  private CipherState keyed() {
    return Objects.requireNonNull(cipher, "no key was mixed in");
  }

  /** Split, with a third output of the same HKDF. */
  Split split() {
    SecretBytes[] out = hkdf(NOTHING, 3);
    return new Split(
        new CipherState(engine, out[0]), new CipherState(engine, out[1]), out[2], handshakeHash());
  }

  /** HKDF of section 4.3, which is RFC 5869 with the chaining key as salt and an empty info. */
  private SecretBytes[] hkdf(byte[] ikm, int outputs) {
    try (SecretBytes temp = SecretBytes.adopt(Hkdf.extract(engine, ck, ikm))) {
      byte[] all =
          Hkdf.expand(parts -> engine.hmacSha256(temp, parts), HASHLEN, NOTHING, outputs * HASHLEN);
      SecretBytes[] out = new SecretBytes[outputs];
      for (int i = 0; i < outputs; i++) {
        out[i] = SecretBytes.adopt(Arrays.copyOfRange(all, i * HASHLEN, (i + 1) * HASHLEN));
      }
      Arrays.fill(all, (byte) 0);
      return out;
    }
  }

  /** Wipes chaining key and cipher. */
  @Override
  public void close() {
    ck.close();
    if (cipher != null) {
      cipher.close();
    }
  }
}
