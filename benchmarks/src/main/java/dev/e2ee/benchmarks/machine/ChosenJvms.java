package dev.e2ee.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that says which Javas are measured. */
public final class ChosenJvms {
  @Option(
      names = "--jvm",
      paramLabel = "PATH",
      description = "A Java to run on; may be given again. Default: 17 and 25 in /usr/lib/jvm.")
  private List<Path> given = new ArrayList<>();

  /** Those that were asked for, or the installed ones. */
  public List<Jvm> jvms() throws IOException {
    return Jvm.chosen(given);
  }
}
