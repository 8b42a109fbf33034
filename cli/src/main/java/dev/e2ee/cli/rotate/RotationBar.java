package dev.e2ee.cli.rotate;

import dev.e2ee.cli.io.Steps;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.rotation.RecordStore;
import dev.e2ee.rotation.RotationListener;
import dev.e2ee.rotation.RotationProgress;
import java.io.IOException;

/** Shows how far a pass is: of how many records, on a terminal, where somebody looks. */
final class RotationBar implements RotationListener, AutoCloseable {
  private static final int PAGE = 10_000;

  private final Steps steps;

  private RotationBar(Steps steps) {
    this.steps = steps;
  }

  /** For the records of a store, which are counted where the bar is shown. */
  static RotationBar of(Surroundings surroundings, RecordStore store) throws IOException {
    long records = surroundings.terminals().err() ? count(store) : 0;
    return new RotationBar(new Steps(surroundings, "rotate", records));
  }

  private static long count(RecordStore store) throws IOException {
    long records = 0;
    try (RecordStore.Ids ids = store.idsAfter(null)) {
      for (int page = ids.next(PAGE).size(); page > 0; page = ids.next(PAGE).size()) {
        records += page;
      }
    }
    return records;
  }

  @Override
  public void onProgress(RotationProgress progress) {
    steps.at(progress.seen());
  }

  @Override
  public void close() {
    steps.close();
  }
}
