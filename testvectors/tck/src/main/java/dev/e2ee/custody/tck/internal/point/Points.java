package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.internal.ground.Trial;
import java.util.List;
import java.util.stream.Stream;

/** All points, in the order of the report. */
public final class Points {
  private Points() {}

  /** All of them. */
  public static List<Trial> all() {
    return Stream.of(
            AddressPoints.all(),
            KeyPoints.all(),
            WrapPoints.all(),
            GenerationPoints.all(),
            LockPoints.all(),
            DevicePoints.all(),
            AuditPoints.all(),
            CrowdPoints.all(),
            ProcessPoints.all(),
            LossPoints.all())
        .flatMap(List::stream)
        .toList();
  }
}
