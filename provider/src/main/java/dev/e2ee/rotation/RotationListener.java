package dev.e2ee.rotation;

/**
 * Who is told how a rotation goes on. Called by the thread that called {@link Rotation#run}, after
 * each page of records; what it throws ends the run.
 */
public interface RotationListener {
  /** Some records more, or the end of a pass. */
  default void onProgress(RotationProgress progress) {}

  /** A record that stays as it is, once in each pass. */
  default void onProblem(RotationReport.Problem problem) {}
}
