package dev.e2ee.testvectors.envelope;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * A UMK in a custody of the simplest kind, whose id and generation are chosen by a vector: every
 * other custody chooses its own. The first generation is the one in use.
 */
class MemoryCustodyKey extends CustodyKey implements SecretKey, DekWrap {
  private static final long serialVersionUID = 1L;

  /**
   * One generation; its number is unsigned.
   *
   * @param token whether the UMK computes HMAC only: wrapAlg 2
   */
  record Generation(SecretBytes umk, KeyId id, int number, boolean token) {
    /** The key of one wrap with wrapAlg 2, by its salt. */
    byte[] kek(byte[] salt, byte[] aad) {
      return JdkBox.kek(umk.copy(), salt, id.toBytes(), number, aad);
    }
  }

  private static final int SALT = 32;

  private final transient List<Generation> generations;
  private final transient List<SecretBytes> handedOut = new ArrayList<>();

  MemoryCustodyKey(List<Generation> generations) {
    this.generations = generations;
  }

  private Generation current() {
    return generations.get(0);
  }

  /** Every DEK that this key has unwrapped. */
  final List<SecretBytes> handedOut() {
    return handedOut;
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
        .map(generation -> new MemoryCustodyKey(List.of(generation)))
        .orElseThrow(() -> new CustodyException(CustodyException.Kind.MISSING, "no such id"));
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    return type == DekWrap.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public int wrapAlg() {
    return current().token ? 2 : 1;
  }

  @Override
  public int wrappedLength() {
    return current().token ? SALT + 60 : 60;
  }

  @Override
  public byte[] wrap(SecretBytes dek, byte[] aad) {
    if (!current().token) {
      return JdkBox.seal(current().umk.copy(), dek.copy(), aad);
    }
    byte[] salt = JdkBox.random(SALT);
    return JdkBox.joined(salt, JdkBox.seal(current().kek(salt, aad), dek.copy(), aad));
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
    try {
      byte[] salt = Arrays.copyOf(wrapped, current().token ? SALT : 0);
      byte[] box = Arrays.copyOfRange(wrapped, salt.length, wrapped.length);
      byte[] key = current().token ? current().kek(salt, aad) : current().umk.copy();
      SecretBytes dek = SecretBytes.adopt(JdkBox.open(key, box, aad));
      handedOut.add(dek);
      return dek;
    } catch (AEADBadTagException e) {
      throw new CustodyException(CustodyException.Kind.INTEGRITY, "not authentic", e);
    }
  }
}
