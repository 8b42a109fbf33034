package dev.e2ee.cli.rotate;

import dev.e2ee.rotation.RefusedRecordException.Reason;
import dev.e2ee.rotation.RotationReport.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What may be the matter with records that stay as they are.
 *
 * @param contexts what they were taken for
 * @param paths whether ids are paths below a directory
 */
record ProblemHints(ContextRules contexts, boolean paths) {
  private static final String OTHER_KEY =
      "  'e2ee key list' shows the keys: those of another name are moved with --key NAME; what is"
          + " under a retired one opens with a backup of the key file only";

  /** A line for each kind of problem that a person can do something about. */
  List<String> of(List<Problem> problems) {
    List<String> hints = new ArrayList<>();
    with(problems, Reason.OTHER_KEY).findFirst().ifPresent(problem -> hints.add(OTHER_KEY));
    with(problems, Reason.NOT_AUTHENTIC)
        .findFirst()
        .flatMap(problem -> contexts.explained(problem.id(), paths))
        .ifPresent(hints::add);
    return hints;
  }

  private static Stream<Problem> with(List<Problem> problems, Reason reason) {
    return problems.stream().filter(problem -> problem.reason() == reason);
  }
}
