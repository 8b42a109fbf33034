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
        "Counts the wraps of this user. Default: one more than FILE has, which nobody verifies,",
        "else 1. Of a user who has several give one that is higher than all. What was made",
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
    return Files.exists(Path.of(file)) ? after(file, reader.issueOf(file)) : 1;
  }

  /** One more than a file says, or what was given; it must be higher. */
  public int numberAfter(String file, int there) {
    if (issue == null) {
      return after(file, there);
    }
    if (issue <= there) {
      throw Failure.usage("--issue must be higher than " + there + ", which " + file + " has", "");
    }
    return issue;
  }

  private static int after(String file, int there) {
    if (there == Integer.MAX_VALUE) {
      throw Failure.usage(
          file + " says that it has the last number that there is, which nobody has verified",
          "If it is not what you made, a server may have put it there: give the right --issue, and"
              + " another output.");
    }
    return there + 1;
  }
}
