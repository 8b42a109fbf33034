package dev.e2ee.cli.rotate;

import dev.e2ee.rotation.RefusedRecordException.Reason;
import dev.e2ee.rotation.RotationReport.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What may be the matter with records that stay as they are.
 *
 * @param contexts what they were taken for
 * @param records the directory or the URL, as it was given
 * @param paths whether ids are paths below a directory
 */
record ProblemHints(ContextRules contexts, String records, boolean paths) {
  private static final String OTHER_KEY =
      "  'e2ee key list' shows the keys: those of another name are moved with --key NAME; what is"
          + " under a retired one opens with a backup of the key file only";

  /** A file of {@code DirectoryRecordStore} in a directory below the one that is rotated. */
  private static final Pattern LOCK = Pattern.compile("(?s)(.+)/[.]e2ee/lock-[0-9a-f]{2}");

  /** A line for each kind of problem that a person can do something about. */
  List<String> of(List<Problem> problems) {
    List<String> hints = new ArrayList<>();
    with(problems, Reason.OTHER_KEY).findFirst().ifPresent(problem -> hints.add(OTHER_KEY));
    with(problems, Reason.NOT_AUTHENTIC)
        .findFirst()
        .flatMap(problem -> contexts.explained(problem.id(), paths))
        .ifPresent(hints::add);
    locked(problems).ifPresent(hints::add);
    return hints;
  }

  private static Stream<Problem> with(List<Problem> problems, Reason reason) {
    return problems.stream().filter(problem -> problem.reason() == reason);
  }

  private Optional<String> locked(List<Problem> problems) {
    return problems.stream()
        .filter(problem -> paths)
        .map(problem -> LOCK.matcher(problem.id()))
        .filter(Matcher::matches)
        .map(lock -> Path.of(records, lock.group(1)))
        .findFirst()
        .map(
            folder ->
                "  "
                    + folder.resolve(".e2ee")
                    + " holds the locks of those who write the records of "
                    + folder
                    + ", and no record: give 'e2ee rotate' that directory by itself. When no program"
                    + " but a rotation has ever used it so, delete it.");
  }
}
