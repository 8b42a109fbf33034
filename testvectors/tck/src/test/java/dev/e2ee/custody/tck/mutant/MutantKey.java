package dev.e2ee.custody.tck.mutant;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/** A key of the example, with one fault in its answers. */
final class MutantKey extends CustodyKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient MutantCustody custody;
  private final transient CustodyKey inner;

  MutantKey(MutantCustody custody, CustodyKey inner) {
    this.custody = custody;
    this.inner = inner;
  }

  @Override
  public KeyDescription description() {
    return custody.told(inner::description);
  }

  @Override
  public CustodyKey generation(KeyId id) {
    return custody.does(Mutation.FINDS_STRANGERS_AS_SIBLINGS)
        ? custody.find(id)
        : new MutantKey(custody, inner.generation(id));
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    return inner
        .operation(type)
        .map(found -> found instanceof DekWrap wrap ? type.cast(new Wrap(wrap)) : found);
  }

  private final class Wrap implements DekWrap {
    private final DekWrap wrap;

    Wrap(DekWrap wrap) {
      this.wrap = wrap;
    }

    @Override
    public int wrapAlg() {
      return wrap.wrapAlg();
    }

    @Override
    public int wrappedLength() {
      return wrap.wrappedLength();
    }

    private byte[] aad(byte[] aad) {
      return custody.does(Mutation.IGNORES_AAD) ? new byte[0] : aad;
    }

    private void requireOpen() {
      if (custody.does(Mutation.THROWS_WHEN_CLOSED) && custody.isClosed()) {
        throw new NullPointerException("the session is null");
      }
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      requireOpen();
      if (custody.does(Mutation.KEEPS_DEKS)) {
        custody.kept.add(dek.copy());
      }
      if (custody.does(Mutation.SAME_WRAPS)) {
        return custody.shared.computeIfAbsent(Mutation.SAME_WRAPS, one -> wrap.wrap(dek, aad));
      }
      if (custody.does(Mutation.SHORT_DEKS) && dek.length() < 32) {
        try (SecretBytes padded = SecretBytes.adopt(Arrays.copyOf(dek.copy(), 32))) {
          return wrap.wrap(padded, aad);
        }
      }
      try {
        byte[] wrapped = custody.told(() -> wrap.wrap(dek, aad(aad)));
        if (custody.does(Mutation.MIXES_THREADS_UP)) {
          custody.shared.put(Mutation.MIXES_THREADS_UP, dek.copy());
        }
        return wrapped;
      } catch (CustodyException e) {
        if (custody.does(Mutation.WRAPS_UNDER_OLD) && e.kind() == Kind.POLICY) {
          return new byte[wrappedLength()];
        }
        throw e;
      }
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      requireOpen();
      if (custody.does(Mutation.TRUNCATES) && wrapped.length > wrappedLength()) {
        return wrap.unwrap(Arrays.copyOf(wrapped, wrappedLength()), aad);
      }
      try {
        SecretBytes dek = custody.told(() -> wrap.unwrap(wrapped, aad(aad)));
        byte[] mixed = custody.shared.get(Mutation.MIXES_THREADS_UP);
        return mixed == null ? dek : SecretBytes.copyOf(mixed);
      } catch (CustodyException e) {
        boolean all =
            custody.does(Mutation.TRIES_ALL_GENERATIONS) || custody.does(Mutation.ONE_KEY_FOR_ALL);
        if (all && e.kind() == Kind.INTEGRITY) {
          return tryAll(wrapped, aad, e);
        }
        throw e;
      }
    }

    private SecretBytes tryAll(byte[] wrapped, byte[] aad, CustodyException refused) {
      List<CustodyKey> others = custody.handedOut();
      for (CustodyKey other : others) {
        try {
          return ((MutantKey) other)
              .inner
              .operation(DekWrap.class)
              .orElseThrow()
              .unwrap(wrapped, aad);
        } catch (CustodyException e) {
          refused.addSuppressed(e); // and the next one
        }
      }
      throw refused;
    }
  }
}
