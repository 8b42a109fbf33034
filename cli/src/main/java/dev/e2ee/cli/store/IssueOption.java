package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The number of a wrap among those of its user, of which readers may refuse the earlier ones. */
public final class IssueOption {
  @Option(
      names = "--issue",
      paramLabel = "N",
      description = {
        "Counts the wraps of this user. Default: one more than FILE has, else 1. What was made",
        "before keeps opening: only 'e2ee key rotate', 'e2ee rewrap' and new wraps retire it."
      })
  @Nullable Integer issue;

  /** What reads the number of the wrap that is in a file. */
  @FunctionalInterface
  public interface Reader {
    /** The number in this file. */
    int issueOf(String file) throws IOException;
  }

  /**
   * Refuses what is no number.
   *
   * @throws Failure USAGE
   */
  public void check() {
    if (issue != null && issue < 1) {
      throw Failure.usage("--issue is 1 or more", "");
    }
  }

  /** The number of the wrap that is written to a file: one more than it has, unless it is given. */
  public int number(String file, Reader reader) throws IOException {
    if (issue != null) {
      return issue;
    }
    return Files.exists(Path.of(file)) ? Math.addExact(reader.issueOf(file), 1) : 1;
  }
}
