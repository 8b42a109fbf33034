package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** [envelope-27]: every DEK, nonce, salt and key comes from one class; no other makes any. */
class OneSourceOfRandomnessTest {
  private static final Pattern OTHER_WAYS =
      Pattern.compile(
          "new SecureRandom|SecureRandom\\.getInstance|\\.nextBytes\\(|\\.generateSeed\\("
              + "|ThreadLocalRandom|SplittableRandom|util\\.Random\\b|Math\\.random|RandomGenerator"
              + "|Key(Pair)?Generator\\.getInstance|initSign\\([^,;]*\\);");

  @Test
  void nothingElseMakesRandomBytes() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : new String[] {"spi", "provider", "custody-file"}) {
      Path sources = SharedFiles.projectRoot().resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String code = Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "");
          if (OTHER_WAYS.matcher(code).find()) {
            found.add(file.getFileName().toString());
          }
        }
      }
    }
    Set<String> forNamesOfFiles = Set.of("DurableFile.java", "PrivateFiles.java");
    found.removeAll(forNamesOfFiles);
    // In the FIPS profile the module's own generator takes its place.
    Set<String> ofTheProfile = Set.of("BcFipsModule.java", "Engine.java");
    assertTrue(found.removeAll(ofTheProfile));
    assertEquals(Set.of("CurveKeyPair.java", "Generator.java", "Randomness.java"), found);
  }

  /** The one generator of another kind draws from it too, where the JDK computes. */
  @Test
  void keyPairsAreDrawnFromIt() throws IOException {
    Path file =
        SharedFiles.projectRoot()
            .resolve("spi/src/main/java/dev/e2ee/spi/internal/curve/CurveKeyPair.java");
    String code = Files.readString(file);
    assertTrue(code.contains("initialise(generator, curve, engine.randomFor(provider));"));
  }
}
