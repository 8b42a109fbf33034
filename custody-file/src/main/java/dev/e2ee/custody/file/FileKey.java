package dev.e2ee.custody.file;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import java.util.Optional;
import javax.crypto.SecretKey;

/** A handle to one generation in a key file; holds no secret. */
final class FileKey extends CustodyKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient KeyFile custody;
  private final transient KeyId id;

  FileKey(KeyFile custody, KeyId id) {
    this.custody = custody;
    this.id = id;
  }

  @Override
  public KeyDescription description() {
    return custody.describe(id);
  }

  @Override
  public CustodyKey generation(KeyId other) {
    return custody.generation(description().name(), other);
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    return type == DekWrap.class ? Optional.of(type.cast(new Wrap())) : Optional.empty();
  }

  private final class Wrap implements DekWrap {
    @Override
    public boolean isApproved() {
      return custody.wraps().isApproved();
    }

    @Override
    public int wrapAlg() {
      return custody.wraps().wrapAlg();
    }

    @Override
    public int wrappedLength() {
      return custody.wraps().wrappedLength();
    }

    @Override
    public void requireWraps() {
      custody.wraps().requireWraps(id);
    }

    @Override
    public void requireUnwraps() {
      custody.wraps().requireUnwraps(id);
    }

    @Override
    public long locks() {
      return custody.locks();
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return custody.wraps().wrap(id, dek, aad);
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      return custody.wraps().unwrap(id, wrapped, aad);
    }
  }
}
