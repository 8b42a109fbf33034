package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.TokenKw;
import dev.e2ee.spi.key.KeyId;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * A UMK of an AES key and its MAC key, whose token is played by the JDK: wrapAlg 3 of {@code
 * testvectors/spec/token.md}, section 4.
 */
final class VectorKw implements VectorUmk {
  private final Engine engine;
  private final Token token;
  private final KeyId id;
  private final int generation;

  VectorKw(Engine engine, SecretBytes umk, SecretBytes mac, KeyId id, int generation) {
    this.engine = engine;
    this.token = new Token(engine, umk, mac);
    this.id = id;
    this.generation = generation;
  }

  /** What a token does with both keys. */
  private record Token(Engine engine, SecretBytes umk, SecretBytes macKey)
      implements TokenKw.Keys<RuntimeException> {
    private Cipher cipher(int mode) throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(mode, new SecretKeySpec(umk.copy(), "AES"));
      return cipher;
    }

    @Override
    public byte[] wrap(SecretBytes dek) {
      try {
        return cipher(Cipher.WRAP_MODE).wrap(new SecretKeySpec(dek.copy(), "AES"));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public SecretBytes unwrap(byte[] wrappedDek) {
      try {
        Cipher cipher = cipher(Cipher.UNWRAP_MODE);
        return SecretBytes.adopt(cipher.unwrap(wrappedDek, "AES", Cipher.SECRET_KEY).getEncoded());
      } catch (InvalidKeyException e) {
        throw new CustodyException( // [token-26]
            CustodyException.Kind.CORRUPT, "the tag fits, and the DEK does not unwrap", e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public byte[] mac(byte[] message) {
      return engine.hmacSha256(macKey, message);
    }
  }

  @Override
  public int wrapAlg() {
    return TokenKw.WRAP_ALG;
  }

  @Override
  public int wrappedLength() {
    return TokenKw.WRAPPED;
  }

  @Override
  public byte[] wrap(SecretBytes dek, byte[] aad) {
    return TokenKw.wrap(engine, token, id, generation, dek, aad);
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
    return TokenKw.unwrap(engine, token, id, generation, wrapped, aad);
  }
}
