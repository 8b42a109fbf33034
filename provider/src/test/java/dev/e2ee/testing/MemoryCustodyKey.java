package dev.e2ee.testing;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.SecretKey;

/**
 * A UMK of several generations in a custody that lives in memory, counts its operations, keeps the
 * DEKs that it saw, overwrites the AAD that it was given, and fails as a test tells it to.
 */
public final class MemoryCustodyKey extends CustodyKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  /** Of a data key, which its sealer has unwrapped next. */
  private static final ThreadLocal<byte[]> LAST_WRAP = new ThreadLocal<>();

  private final transient Store store;
  private final transient KeyDescription description;
  private final byte[] umk;
  private transient volatile boolean retired;

  /** What all generations share. */
  private static final class Store {
    final Map<KeyId, MemoryCustodyKey> generations = new HashMap<>();
    final List<SecretBytes> deks = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger wraps = new AtomicInteger();
    final AtomicInteger unwraps = new AtomicInteger();
    final List<SecretBytes> checked = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger spoiltWraps = new AtomicInteger();
    final AtomicInteger spoiltUnwraps = new AtomicInteger();
    volatile int unwrapLength = 32;
    final AtomicInteger locks = new AtomicInteger();
    int wrapAlg = 1;
    int wrapLength = 60;
    final AtomicReference<CustodyException> failsOnce = new AtomicReference<>();
    volatile CustodyException failure;
    volatile CustodyException standing;
    volatile Runnable beforeWraps = () -> {};
  }

  private MemoryCustodyKey(Store store, KeyKind kind, int generation) {
    this(store, kind, generation, KeyId.of(ReferenceEnvelope.random(16)));
  }

  private MemoryCustodyKey(Store store, KeyKind kind, int generation, KeyId id) {
    this.store = store;
    this.umk = ReferenceEnvelope.random(32);
    this.description =
        new KeyDescription(
            "test", generation, id, kind, KeyState.PRIMARY, Instant.EPOCH, Residency.MEMORY);
    store.generations.put(description.id(), this);
  }

  /** A UMK, generation 1. */
  public static MemoryCustodyKey umk() {
    return new MemoryCustodyKey(new Store(), KeyKind.UMK, 1);
  }

  /** A key that is no UMK. */
  public static MemoryCustodyKey signing() {
    return new MemoryCustodyKey(new Store(), KeyKind.SIGNING_P256, 1);
  }

  /** The next generation of this key. */
  public MemoryCustodyKey rotate() {
    return new MemoryCustodyKey(store, KeyKind.UMK, description.generation() + 1);
  }

  /** Another key of the same id and generation, in another custody. */
  public MemoryCustodyKey twin() {
    return new MemoryCustodyKey(
        new Store(), KeyKind.UMK, description.generation(), description.id());
  }

  /** From now on it says, when it is asked, that it would fail so; null ends it. */
  public void standWith(CustodyException standing) {
    store.standing = standing;
  }

  /** What is done before each wrap. */
  public void beforeWraps(Runnable what) {
    store.beforeWraps = what;
  }

  /** From now on every operation fails so; null ends it. */
  public void failWith(CustodyException failure) {
    store.failure = failure;
  }

  /** The next operation fails so. */
  public void failOnceWith(CustodyException failure) {
    store.failsOnce.set(failure);
  }

  /** From now on this key says that it wraps in another form. */
  public MemoryCustodyKey wrappingWith(int wrapAlg) {
    store.wrapAlg = wrapAlg;
    return this;
  }

  /** From now on this key's wraps have another length than it says. */
  public void cutWrapsTo(int length) {
    store.wrapLength = length;
  }

  public int wraps() {
    return store.wraps.get();
  }

  public int unwraps() {
    return store.unwraps.get();
  }

  /** Every DEK that went in or out, but for {@link #checked}. */
  public List<SecretBytes> deks() {
    return store.deks;
  }

  /**
   * What a sealer had unwrapped of a data key that the same thread had just had wrapped; not among
   * {@link #unwraps}.
   */
  public List<SecretBytes> checked() {
    return store.checked;
  }

  /** A bit of the next wraps is not what it should be. */
  public void spoilWraps(int times) {
    store.spoiltWraps.set(times);
  }

  /** A bit of what the next unwraps give is not what it should be. */
  public void spoilUnwraps(int times) {
    store.spoiltUnwraps.set(times);
  }

  /** From now on unwraps give so many bytes. */
  public void cutUnwrapsTo(int length) {
    store.unwrapLength = length;
  }

  /** This generation opens nothing any more, and says so when it is asked. */
  public void retire() {
    retired = true;
  }

  /** It was locked, and unlocked again. */
  public void lockAndUnlock() {
    store.locks.incrementAndGet();
  }

  /** The key itself, for the reference. */
  public byte[] umkBytes() {
    return umk.clone();
  }

  @Override
  public KeyDescription description() {
    return description;
  }

  @Override
  public CustodyKey generation(KeyId id) {
    MemoryCustodyKey found = store.generations.get(id);
    if (found == null) {
      throw new CustodyException(CustodyException.Kind.MISSING, "no such generation");
    }
    return found;
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    return type == DekWrap.class ? Optional.of(type.cast(new Wrap())) : Optional.empty();
  }

  private final class Wrap implements DekWrap {
    @Override
    public int wrapAlg() {
      return store.wrapAlg;
    }

    @Override
    public int wrappedLength() {
      return 60;
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      store.wraps.incrementAndGet();
      store.beforeWraps.run();
      failIfTold();
      store.deks.add(dek);
      byte[] wrapped = ReferenceEnvelope.box(umk, dek.copy(), aad);
      LAST_WRAP.set(isOfDataKey(aad) ? wrapped.clone() : null);
      Arrays.fill(aad, (byte) 0);
      if (spoilt(store.spoiltWraps) > 0) {
        wrapped[20] ^= 1;
      }
      return Arrays.copyOf(wrapped, store.wrapLength);
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      boolean check = Arrays.equals(LAST_WRAP.get(), wrapped);
      LAST_WRAP.remove();
      if (!check) {
        store.unwraps.incrementAndGet();
      }
      failIfTold();
      try {
        byte[] plain = ReferenceEnvelope.unbox(umk, wrapped, aad);
        plain[0] ^= (byte) spoilt(store.spoiltUnwraps);
        SecretBytes dek = SecretBytes.adopt(Arrays.copyOf(plain, store.unwrapLength));
        Arrays.fill(aad, (byte) 0);
        (check ? store.checked : store.deks).add(dek);
        return dek;
      } catch (AssertionError e) {
        throw new CustodyException(CustodyException.Kind.INTEGRITY, "not authentic", e);
      }
    }

    /** How many are to be spoilt, this one too. */
    private static int spoilt(AtomicInteger left) {
      return left.getAndUpdate(n -> Math.max(0, n - 1));
    }

    private static boolean isOfDataKey(byte[] aad) {
      return Arrays.equals(aad, "e2ee-data-key-v1".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public long locks() {
      return store.locks.get();
    }

    @Override
    public void requireWraps() {
      if (store.standing != null) {
        throw store.standing;
      }
    }

    @Override
    public void requireUnwraps() {
      if (retired) {
        throw new CustodyException(CustodyException.Kind.POLICY, "it is retired");
      }
      requireWraps();
    }

    private void failIfTold() {
      CustodyException once = store.failsOnce.getAndSet(null);
      if (once != null) {
        throw once;
      }
      if (store.failure != null) {
        throw store.failure;
      }
    }
  }
}
