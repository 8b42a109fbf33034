package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.envelope.Binding;
import dev.e2ee.cli.envelope.ContextOptions;
import dev.e2ee.cli.io.Failure;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the envelopes of a run are bound to: all to the same, or each to its path. */
public final class RecordOptions {
  private static final String OPTION = "--id-from-path";

  @Mixin ContextOptions context = new ContextOptions();

  @Option(
      names = OPTION,
      description = {
        "In a directory: each record's id is its path below it, with / and without .e2ee.",
        "Such as: notes/7.e2ee has the id notes/7."
      })
  boolean idFromPath;

  /**
   * Refuses what does not go together, before a key is touched.
   *
   * @throws Failure USAGE
   */
  void check(boolean directory) {
    Binding unused = idFromPath ? context.bindingFor("x", OPTION) : context.binding();
    if (idFromPath && !directory) {
      throw Failure.usage("--id-from-path needs a directory; give --id for one file", "");
    }
  }

  /** What one file in a tree, or the one file, is bound to. */
  Binding binding(Path root, Path file) {
    return idFromPath
        ? context.bindingFor(EntityId.of(root.relativize(file)), OPTION)
        : context.binding();
  }

  /** The id that the path gives; empty when it gives none. */
  String idOf(Path root, Path file) {
    return idFromPath ? EntityId.of(root.relativize(file)) : "";
  }
}
