package dev.e2ee.cli;

import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee version}. */
@Command(name = "version", description = "Show the versions of e2ee, its engine and Java.")
public final class VersionCommand implements Runnable {
  @Mixin Results results;

  /** In these surroundings. */
  public VersionCommand(Surroundings surroundings) {
    this.results = new Results(surroundings);
  }

  @Override
  public void run() {
    results.print(VersionText::fields, () -> String.join("\n", new VersionText().getVersion()));
  }
}
