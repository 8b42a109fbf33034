package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.internal.crypto.TokenKdf;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.security.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * The UMK of a vector, with the id and generations that the file names: a real custody chooses its
 * own. The first generation is the one in use.
 */
final class VectorKey extends CustodyKey implements SecretKey, DekWrap {
  private static final long serialVersionUID = 1L;

  /**
   * One generation; its number is unsigned.
   *
   * @param token whether its custody computes HMAC only: wrapAlg 2
   */
  private record Generation(Engine engine, SecretBytes umk, KeyId id, int number, boolean token) {
    byte[] wrap(SecretBytes dek, byte[] aad) {
      return token ? TokenKdf.wrap(engine, this::mac, id, number, dek, aad) : raw().wrap(dek, aad);
    }

    SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
      return token
          ? TokenKdf.unwrap(engine, this::mac, id, number, wrapped, aad)
          : raw().unwrap(wrapped, aad);
    }

    private RawUmk raw() {
      return new RawUmk(engine, umk);
    }

    private byte[] mac(byte[] message) {
      return engine.hmacSha256(umk, message);
    }
  }

  private final transient List<Generation> generations;

  private VectorKey(List<Generation> generations) {
    this.generations = generations;
  }

  /** What the group says that an opener holds: a raw key, or one in custody. */
  static Key of(Engine engine, JsonNode keys) {
    JsonNode first = keys.required(0);
    if (first.required("kind").textValue().equals("raw")) {
      return UserMasterKey.of(LongValue.bytes(first.required("umk")));
    }
    List<Generation> generations = new ArrayList<>();
    for (JsonNode key : keys) {
      generations.add(
          new Generation(
              engine,
              SecretBytes.adopt(LongValue.bytes(key.required("umk"))),
              KeyId.parse(key.required("keyId").textValue()),
              (int) key.required("generation").longValue(),
              key.required("kind").textValue().equals("token")));
    }
    return new VectorKey(generations);
  }

  private Generation current() {
    return generations.get(0);
  }

  @Override
  public KeyDescription description() {
    return new KeyDescription(
        "umk",
        current().number,
        current().id,
        KeyKind.UMK,
        KeyState.PRIMARY,
        Instant.EPOCH,
        Residency.MEMORY);
  }

  @Override
  public CustodyKey generation(KeyId id) {
    return generations.stream()
        .filter(generation -> generation.id.equals(id))
        .findFirst()
        .map(generation -> new VectorKey(List.of(generation)))
        .orElseThrow(() -> new CustodyException(CustodyException.Kind.MISSING, "no such id"));
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    return type == DekWrap.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public int wrapAlg() {
    return current().token ? TokenKdf.WRAP_ALG : 1;
  }

  @Override
  public int wrappedLength() {
    return current().token ? TokenKdf.WRAPPED : 60;
  }

  @Override
  public byte[] wrap(SecretBytes dek, byte[] aad) {
    return current().wrap(dek, aad);
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
    try {
      return current().unwrap(wrapped, aad);
    } catch (AEADBadTagException e) {
      throw new CustodyException(CustodyException.Kind.INTEGRITY, "not authentic", e);
    }
  }
}
