package dev.e2ee.cli.rewrap;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The id of a record that lies in a tree of files. */
final class EntityId {
  private EntityId() {}

  /** The path with / between its names, on every system. */
  static String of(Path relative) {
    return StreamSupport.stream(relative.spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }
}
