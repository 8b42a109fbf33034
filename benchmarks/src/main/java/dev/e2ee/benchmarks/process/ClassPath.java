package dev.e2ee.benchmarks.process;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where classes were loaded from, for a JVM that is to load them too. */
final class ClassPath {
  private ClassPath() {}

  /** The jars or directories of these classes. */
  static String of(Class<?>... classes) {
    return Arrays.stream(classes)
        .map(ClassPath::location)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
