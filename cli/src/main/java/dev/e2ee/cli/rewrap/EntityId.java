package dev.e2ee.cli.rewrap;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The id of a record that lies in a tree of files. */
public final class EntityId {
  private static final String ENDING = ".e2ee";

  private EntityId() {}

  /** The path with / between its names, on every system, without the .e2ee that seal appends. */
  public static String of(Path relative) {
    String path =
        StreamSupport.stream(relative.spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("/"));
    String name = String.valueOf(relative.getFileName());
    return name.endsWith(ENDING) && !name.equals(ENDING)
        ? path.substring(0, path.length() - ENDING.length())
        : path;
  }
}
