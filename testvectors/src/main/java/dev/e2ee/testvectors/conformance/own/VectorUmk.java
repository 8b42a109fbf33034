package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.internal.crypto.TokenKdf;
import dev.e2ee.spi.key.KeyId;
import javax.crypto.AEADBadTagException;

/** How one generation of the UMK of a vector wraps DEKs, and what custody is played for that. */
interface VectorUmk {
  /** The number that stands in a header. */
  int wrapAlg();

  /** The length of a wrapped DEK in bytes. */
  int wrappedLength();

  /** Wraps a DEK, which stays the caller's. */
  byte[] wrap(SecretBytes dek, byte[] aad);

  /**
   * Unwraps a DEK, which the caller closes.
   *
   * @throws AEADBadTagException when it is not authentic
   */
  SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException;

  /** The one that a file of vectors describes. */
  static VectorUmk of(Engine engine, JsonNode key, KeyId id, int generation) {
    String kind = key.required("kind").textValue();
    return switch (kind) {
      case "custody" -> new Aes(new RawUmk(engine, secret(key, "umk")));
      case "token" -> new Hmac(engine, secret(key, "umk"), id, generation);
      case "kw" -> new VectorKw(engine, secret(key, "umk"), secret(key, "mac"), id, generation);
      case "oaep-2048", "oaep-3072" ->
          new VectorRsa(
              engine,
              LongValue.bytes(key.required("decrypts")),
              LongValue.bytes(key.required("signs")),
              id,
              generation);
      default -> throw new IllegalArgumentException("no such kind of UMK in custody: " + kind);
    };
  }

  private static SecretBytes secret(JsonNode key, String name) {
    return SecretBytes.adopt(LongValue.bytes(key.required(name)));
  }

  /** wrapAlg 1. */
  record Aes(RawUmk umk) implements VectorUmk {
    @Override
    public int wrapAlg() {
      return 1;
    }

    @Override
    public int wrappedLength() {
      return 60;
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return umk.wrap(dek, aad);
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
      return umk.unwrap(wrapped, aad);
    }
  }

  /** wrapAlg 2. */
  record Hmac(Engine engine, SecretBytes umk, KeyId id, int generation) implements VectorUmk {
    private byte[] mac(byte[] message) {
      return engine.hmacSha256(umk, message);
    }

    @Override
    public int wrapAlg() {
      return TokenKdf.WRAP_ALG;
    }

    @Override
    public int wrappedLength() {
      return TokenKdf.WRAPPED;
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return TokenKdf.wrap(engine, this::mac, id, generation, dek, aad);
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
      return TokenKdf.unwrap(engine, this::mac, id, generation, wrapped, aad);
    }
  }
}
