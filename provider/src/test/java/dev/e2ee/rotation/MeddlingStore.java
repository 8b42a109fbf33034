package dev.e2ee.rotation;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A real store, and what somebody else does between two of a rotation's steps. */
class MeddlingStore implements RecordStore {
  final DirectoryRecordStore real;

  MeddlingStore(DirectoryRecordStore real) {
    this.real = real;
  }

  /** What happens after a record was read, and before it can be replaced. */
  void afterRead(String id) throws IOException {}

  /** What happens after a record was replaced, and before it is read back. */
  void afterReplace(String id) throws IOException {}

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public Ids idsAfter(@Nullable String after) throws IOException {
    return real.idsAfter(after);
  }

  @Override
  public Optional<StoredRecord> read(String id) throws IOException {
    Optional<StoredRecord> found = real.read(id);
    afterRead(id);
    return found;
  }

  @Override
  public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
    boolean done = real.replace(id, expected, fresh);
    if (done) {
      afterReplace(id);
    }
    return done;
  }
}
