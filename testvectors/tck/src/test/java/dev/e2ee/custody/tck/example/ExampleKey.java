package dev.e2ee.custody.tck.example;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/** A handle to one generation; holds no secret. */
final class ExampleKey extends CustodyKey implements SecretKey {
  private static final long serialVersionUID = 1L;
  private static final int DEK = 32;

  private final transient ExampleCustody custody;
  private final transient ExampleRow row;

  ExampleKey(ExampleCustody custody, ExampleRow row) {
    this.custody = custody;
    this.row = row;
  }

  @Override
  public KeyDescription description() {
    return custody.directory().again(row).described(custody.directory().isNewest(row));
  }

  @Override
  public CustodyKey generation(KeyId other) {
    return custody
        .locked()
        .with(
            key -> {
              ExampleRow found = custody.row(other);
              if (!found.name().equals(row.name())) {
                throw ExampleCustody.missing("'" + row.name() + "' with the id " + other);
              }
              return new ExampleKey(custody, found);
            });
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    return type == DekWrap.class ? Optional.of(type.cast(new Wrap())) : Optional.empty();
  }

  @FunctionalInterface
  private interface Work<T> {
    T with(byte[] umk, KeyState state);
  }

  private <T> T attempt(String operation, byte[] aad, Work<T> work) {
    return custody
        .audit()
        .attempt(
            operation,
            attempt -> {
              attempt.on(row.id(), row.generation()).with(aad);
              return custody
                  .locked()
                  .with(
                      storeKey -> {
                        byte[] umk = custody.directory().again(row).open(storeKey);
                        try {
                          return work.with(umk, description().state());
                        } finally {
                          Arrays.fill(umk, (byte) 0);
                        }
                      });
            });
  }

  private final class Wrap implements DekWrap {
    @Override
    public int wrapAlg() {
      return 1;
    }

    @Override
    public int wrappedLength() {
      return DEK + ExampleBox.OVERHEAD;
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return attempt(
          "wrap",
          aad,
          (umk, state) -> {
            if (dek.length() != DEK) {
              throw new CustodyException(Kind.POLICY, "a DEK has 32 bytes, not " + dek.length());
            }
            if (state != KeyState.PRIMARY) {
              throw new CustodyException(Kind.POLICY, "it is not the one in use; find it anew");
            }
            byte[] plain = dek.copy();
            try {
              return ExampleBox.seal(umk, plain, aad);
            } finally {
              Arrays.fill(plain, (byte) 0);
            }
          });
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      return attempt(
          "unwrap",
          aad,
          (umk, state) -> {
            if (state == KeyState.RETIRED) {
              throw new CustodyException(Kind.POLICY, "it is retired");
            }
            if (wrapped.length != wrappedLength()) {
              throw altered();
            }
            try {
              return SecretBytes.adopt(ExampleBox.open(umk, wrapped, aad));
            } catch (AEADBadTagException e) {
              throw altered();
            }
          });
    }

    private static CustodyException altered() {
      return new CustodyException(Kind.INTEGRITY, "the wrap was altered, or is another's");
    }
  }
}
