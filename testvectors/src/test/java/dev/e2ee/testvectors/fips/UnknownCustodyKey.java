package dev.e2ee.testvectors.fips;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.time.Instant;
import java.util.Optional;

/**
 * A key in a custody that does not say whether what it does is approved; nothing is asked of it.
 */
final class UnknownCustodyKey extends CustodyKey implements DekWrap {
  private static final long serialVersionUID = 1L;

  @Override
  public KeyDescription description() {
    return new KeyDescription(
        "umk",
        1,
        KeyId.of(new byte[KeyId.LENGTH]),
        KeyKind.UMK,
        KeyState.PRIMARY,
        Instant.EPOCH,
        Residency.MEMORY);
  }

  @Override
  public CustodyKey generation(KeyId id) {
    return this;
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    return type == DekWrap.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

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
    throw new UnsupportedOperationException("nothing is wrapped");
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
    throw new UnsupportedOperationException("nothing is unwrapped");
  }
}
