package dev.e2ee.testvectors.hostile;

import dev.e2ee.rotation.DirectoryRecordStore;
import dev.e2ee.rotation.RecordStore;
import dev.e2ee.rotation.StoredRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's answers about the records of a real store: the truth, but for what is overridden. */
class ServedRecords implements RecordStore {
  private final DirectoryRecordStore real;

  ServedRecords(RotationScene scene) {
    this.real = scene.store;
  }

  /** What it lists of a page, none at the end. */
  List<String> listed(List<String> page) {
    return page;
  }

  /** What it serves for an id. */
  Optional<byte[]> served(String id, Optional<byte[]> found) throws IOException {
    return found;
  }

  @Override
  public final String name() {
    return real.name();
  }

  @Override
  public final Mark mark() {
    return real.mark();
  }

  @Override
  public final Ids idsAfter(@Nullable String after) throws IOException {
    Ids ids = real.idsAfter(after);
    return new Ids() {
      @Override
      public List<String> next(int most) throws IOException {
        return listed(ids.next(most));
      }

      @Override
      public void close() throws IOException {
        ids.close();
      }
    };
  }

  @Override
  public final Optional<StoredRecord> read(String id) throws IOException {
    return served(id, real.read(id).map(StoredRecord::bytes))
        .map(bytes -> new StoredRecord(bytes, bytes));
  }

  @Override
  public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
    return real.replace(id, expected, fresh);
  }
}
