package dev.e2ee.rotation;

import java.io.IOException;
import java.util.Optional;

/** A real store, and what somebody else does between two of a rotation's steps. */
class MeddlingStore extends DelegatingStore<DirectoryRecordStore> {
  MeddlingStore(DirectoryRecordStore real) {
    super(real);
  }

  /** What happens after a record was read, and before it can be replaced. */
  void afterRead(String id) throws IOException {}

  /** What happens after a record was replaced, and before it is read back. */
  void afterReplace(String id) throws IOException {}

  @Override
  public Optional<StoredRecord> read(String id) throws IOException {
    Optional<StoredRecord> found = super.read(id);
    afterRead(id);
    return found;
  }

  @Override
  public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
    boolean done = super.replace(id, expected, fresh);
    if (done) {
      afterReplace(id);
    }
    return done;
  }
}
