package dev.e2ee.spi.internal.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Wraps of wrapAlg 3, beside the JDK's AES-KW and HMAC. */
class TokenKwTest {
  private static final Engine ENGINE = Engine.jdk();
  private static final KeyId ID = KeyId.of(filled(16, 7));
  private static final int GENERATION = 0x01020304;
  private static final byte[] DEK = filled(32, 9);
  private static final byte[] AAD = {1, 2, 3};

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** A token that counts what it is asked to unwrap, and may fail at that. */
  private static final class Token implements TokenKw.Keys<IOException> {
    private final SecretKeySpec umk = new SecretKeySpec(filled(32, 1), "AES");
    private final SecretKeySpec macKey = new SecretKeySpec(filled(32, 2), "HmacSHA256");
    private int unwraps;
    private @Nullable IOException fault;

    @Override
    public byte[] wrap(SecretBytes dek) {
      try {
        Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
        cipher.init(Cipher.WRAP_MODE, umk);
        return cipher.wrap(new SecretKeySpec(dek.copy(), "AES"));
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public SecretBytes unwrap(byte[] wrappedDek) throws IOException {
      unwraps++;
      if (fault != null) {
        throw fault;
      }
      try {
        Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
        cipher.init(Cipher.UNWRAP_MODE, umk);
        return SecretBytes.adopt(cipher.unwrap(wrappedDek, "AES", Cipher.SECRET_KEY).getEncoded());
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public byte[] mac(byte[] message) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(macKey);
        return mac.doFinal(message);
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Token token = new Token();

  private byte[] wrapped() {
    try (SecretBytes dek = SecretBytes.adopt(DEK.clone())) {
      return TokenKw.wrap(ENGINE, token, ID, GENERATION, dek, AAD);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void refused(KeyId id, int generation, byte[] wrap, byte[] aad) {
    assertThrows(
        AEADBadTagException.class,
        () -> TokenKw.unwrap(ENGINE, token, id, generation, wrap, aad).close());
    assertEquals(0, token.unwraps, "the token was asked to unwrap what it has not wrapped");
  }

  @Test
  @DisplayName("[token-26] 109 bytes are tagged, and the wrap is W and the tag")
  void tagsWhatTheSpecificationSays() throws GeneralSecurityException {
    byte[] wrap = wrapped();
    assertEquals(72, wrap.length);
    try (SecretBytes dek = SecretBytes.adopt(DEK.clone())) {
      assertArrayEquals(token.wrap(dek), Arrays.copyOf(wrap, 40));
    }
    byte[] tagged =
        ByteBuffer.allocate(109)
            .put("e2ee-token-kw-v1\0".getBytes(US_ASCII))
            .put(ID.toBytes())
            .putInt(GENERATION)
            .put(MessageDigest.getInstance("SHA-256").digest(AAD))
            .put(wrap, 0, 40)
            .array();
    assertArrayEquals(token.mac(tagged), Arrays.copyOfRange(wrap, 40, 72));
  }

  @Test
  void unwrapsWhatItHasWrapped() throws IOException, AEADBadTagException {
    try (SecretBytes dek = TokenKw.unwrap(ENGINE, token, ID, GENERATION, wrapped(), AAD)) {
      assertArrayEquals(DEK, dek.copy());
    }
  }

  @Test
  @DisplayName("[token-26] the tag is compared first")
  void asksTheTokenForNothingWhoseTagDoesNotFit() {
    byte[] wrap = wrapped();
    for (int bit = 0; bit < 72 * 8; bit++) {
      byte[] changed = wrap.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      refused(ID, GENERATION, changed, AAD);
    }
    refused(ID, GENERATION, wrap, new byte[0]);
    refused(ID, GENERATION + 1, wrap, AAD);
    refused(KeyId.of(filled(16, 8)), GENERATION, wrap, AAD);
  }

  @Test
  @DisplayName("[token-26] once the tag fits, what goes wrong is the token's")
  void passesOnWhatTheTokenSays() {
    IOException fault = new IOException("the token says so");
    token.fault = fault;
    byte[] wrap = wrapped();
    var e =
        assertThrows(
            IOException.class,
            () -> TokenKw.unwrap(ENGINE, token, ID, GENERATION, wrap, AAD).close());
    assertSame(fault, e);
    assertEquals(1, token.unwraps);
  }
}
