package dev.e2ee.rotation;

import java.io.IOException;
import java.nio.file.Path;

/** A store of a test that kills, by a text that the other processes are given, with its writers. */
interface WritableStore extends RecordStore {
  void put(String id, byte[] bytes) throws IOException;

  static WritableStore at(String where) throws Exception {
    return new InDirectory(DirectoryRecordStore.open(Path.of(where)));
  }

  /** Files in a directory. */
  final class InDirectory extends MeddlingStore implements WritableStore {
    InDirectory(DirectoryRecordStore real) {
      super(real);
    }

    @Override
    public void put(String id, byte[] bytes) throws IOException {
      real.put(id, bytes);
    }
  }
}
