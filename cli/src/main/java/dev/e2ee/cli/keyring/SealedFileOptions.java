package dev.e2ee.cli.keyring;

import dev.e2ee.cli.io.Failure;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code keyring seal} and {@code keyring open} have in common. */
final class SealedFileOptions {
  /** The most bytes of a file, before it is sealed. */
  static final int MOST = 16 << 20;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where the result goes, or - .")
  String output = "";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "Where a blob lies on the server: it opens for this path only.")
  @Nullable String path;

  @Option(names = "--document", description = "A JSON document instead of a blob; it has no path.")
  boolean document;

  @Option(names = "--force", description = "Replace an output file that is there.")
  boolean force;

  /** Refuses neither and both. */
  void check() {
    if (document == (path != null)) {
      throw Failure.usage("a blob has a --path, and a --document has none: give one of them", "");
    }
  }

  /** Of a blob. */
  String path() {
    return Objects.requireNonNull(path);
  }
}
