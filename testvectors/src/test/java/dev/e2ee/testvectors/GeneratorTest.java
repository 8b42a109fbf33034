package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Nobody edits vectors by hand: each file is what its generator writes. */
@Tag("once")
@Tag("no-java")
class GeneratorTest {
  private static List<String> names() throws IOException {
    Path folder = SharedFiles.projectRoot().resolve("testvectors/vectors");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json") && !name.endsWith(".schema.json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> committedFilesAreWhatTheGeneratorsWrite() throws IOException {
    return names().stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private static void check(String name) throws InterruptedException {
    Node.Result result = Node.run("generator/" + name + ".mjs", "--check");
    assertEquals(0, result.exitCode(), result.output());
  }

  @Test
  void theVectorsAreInTheJar() throws IOException {
    assertTrue(names().contains("envelope"));
    for (String name : names()) {
      assertTrue(OwnVectors.read(name + ".json").length > 0);
      assertTrue(OwnVectors.read(name + ".schema.json").length > 0);
    }
  }
}
