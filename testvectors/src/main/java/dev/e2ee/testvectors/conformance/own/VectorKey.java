package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
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
public final class VectorKey extends CustodyKey implements SecretKey, DekWrap {
  private static final long serialVersionUID = 1L;

  /** One generation; its number is unsigned. */
  private record Generation(KeyId id, int number, VectorUmk umk) {
    static Generation of(Engine engine, JsonNode key) {
      KeyId id = KeyId.parse(key.required("keyId").textValue());
      int number = (int) key.required("generation").longValue();
      return new Generation(id, number, VectorUmk.of(engine, key, id, number));
    }
  }

  private final transient List<Generation> generations;

  private VectorKey(List<Generation> generations) {
    this.generations = generations;
  }

  /** What the group says that an opener holds: a raw key, or one in custody. */
  public static Key of(Engine engine, JsonNode keys) {
    JsonNode first = keys.required(0);
    if (first.required("kind").textValue().equals("raw")) {
      return UserMasterKey.of(LongValue.bytes(first.required("umk")));
    }
    List<Generation> generations = new ArrayList<>();
    for (JsonNode key : keys) {
      generations.add(Generation.of(engine, key));
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
    return current().umk.wrapAlg();
  }

  @Override
  public int wrappedLength() {
    return current().umk.wrappedLength();
  }

  @Override
  public byte[] wrap(SecretBytes dek, byte[] aad) {
    return current().umk.wrap(dek, aad);
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
    try {
      return current().umk.unwrap(wrapped, aad);
    } catch (AEADBadTagException e) {
      throw new CustodyException(CustodyException.Kind.INTEGRITY, "not authentic", e);
    }
  }
}
