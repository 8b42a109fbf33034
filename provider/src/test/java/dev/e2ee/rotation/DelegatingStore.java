package dev.e2ee.rotation;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Another store, for a test to change a part of what it does. */
class DelegatingStore<T extends RecordStore> implements RecordStore {
  final T real;

  DelegatingStore(T real) {
    this.real = real;
  }

  @Override
  public String name() throws IOException {
    return real.name();
  }

  @Override
  public Mark mark() throws IOException {
    return real.mark();
  }

  @Override
  public Ids idsAfter(@Nullable String after) throws IOException {
    return real.idsAfter(after);
  }

  @Override
  public Optional<StoredRecord> read(String id) throws IOException {
    return real.read(id);
  }

  @Override
  public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
    return real.replace(id, expected, fresh);
  }
}
