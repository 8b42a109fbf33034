package dev.e2ee.example.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A file, or all those below a folder, looked through for bytes. */
record Traces(List<Path> files) {
  static Traces in(Path place) throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      return new Traces(all.filter(Files::isRegularFile).toList());
    }
  }

  /** The files that have one of these, which are a character for each byte. */
  List<Path> of(List<String> needles) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files) {
      String content = new String(Files.readAllBytes(file), ISO_8859_1);
      if (needles.stream().anyMatch(content::contains)) {
        found.add(file);
      }
    }
    return found;
  }
}
