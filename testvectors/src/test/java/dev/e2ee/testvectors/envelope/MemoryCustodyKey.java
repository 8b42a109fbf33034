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
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A UMK in a custody of the simplest kind, whose id and generation are chosen by a vector: every
 * other custody chooses its own. The first generation is the one in use.
 */
class MemoryCustodyKey extends CustodyKey implements SecretKey, DekWrap {
  private static final long serialVersionUID = 1L;

  /**
   * One generation; its number is unsigned.
   *
   * @param mac the MAC key of wrapAlg 3, which the others do without
   * @param wrapAlg 1 to 3
   */
  record Generation(SecretBytes umk, @Nullable SecretBytes mac, KeyId id, int number, int wrapAlg) {
    int wrappedLength() {
      return switch (wrapAlg) {
        case 1 -> 60;
        case 2 -> SALT + 60;
        case 3 -> 72;
        default -> throw new IllegalArgumentException("no wrapAlg " + wrapAlg);
      };
    }

    byte[] wrap(byte[] dek, byte[] aad) {
      return switch (wrapAlg) {
        case 1 -> JdkBox.seal(umk.copy(), dek, aad);
        case 2 -> {
          byte[] salt = JdkBox.random(SALT);
          yield JdkBox.joined(salt, JdkBox.seal(kek(salt, aad), dek, aad));
        }
        case 3 -> JdkBox.kwWrap(umk.copy(), macKey(), id.toBytes(), number, dek, aad);
        default -> throw new IllegalArgumentException("no wrapAlg " + wrapAlg);
      };
    }

    byte[] unwrap(byte[] wrap, byte[] aad) throws AEADBadTagException {
      return switch (wrapAlg) {
        case 1 -> JdkBox.open(umk.copy(), wrap, aad);
        case 2 -> {
          byte[] box = Arrays.copyOfRange(wrap, SALT, wrap.length);
          yield JdkBox.open(kek(Arrays.copyOf(wrap, SALT), aad), box, aad);
        }
        case 3 -> JdkBox.kwUnwrap(umk.copy(), macKey(), id.toBytes(), number, wrap, aad);
        default -> throw new IllegalArgumentException("no wrapAlg " + wrapAlg);
      };
    }

    private byte[] kek(byte[] salt, byte[] aad) {
      return JdkBox.kek(umk.copy(), salt, id.toBytes(), number, aad);
    }

    private byte[] macKey() {
      return Objects.requireNonNull(mac, "wrapAlg 3 has a MAC key").copy();
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
    return current().wrapAlg;
  }

  @Override
  public int wrappedLength() {
    return current().wrappedLength();
  }

  @Override
  public byte[] wrap(SecretBytes dek, byte[] aad) {
    return current().wrap(dek.copy(), aad);
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
    try {
      SecretBytes dek = SecretBytes.adopt(current().unwrap(wrapped, aad));
      handedOut.add(dek);
      return dek;
    } catch (AEADBadTagException e) {
      throw new CustodyException(CustodyException.Kind.INTEGRITY, "not authentic", e);
    }
  }
}
