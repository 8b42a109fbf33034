package dev.e2ee.testvectors.conformance.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testvectors.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file of vectors is believed when it is the known one, and what its schema and it say. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class VectorFilesTest {
  private static final String NAME = "hmac_sha256_test.json";

  @TempDir Path copy;

  @BeforeEach
  void copyOfWycheproof() throws IOException {
    Path real = SharedFiles.ofThisProject().wycheproof(NAME);
    Files.createDirectories(copy.resolve("testvectors_v1"));
    Files.createDirectories(copy.resolve("schemas"));
    Files.copy(real, copy.resolve("testvectors_v1").resolve(NAME));
    try (Stream<Path> schemas = Files.list(real.resolveSibling("../schemas"))) {
      for (Path schema : schemas.toList()) {
        Files.copy(schema, copy.resolve("schemas").resolve(schema.getFileName()));
      }
    }
  }

  private Path file() {
    return copy.resolve("testvectors_v1").resolve(NAME);
  }

  private VectorFile read(boolean anyVersion) throws IOException {
    SharedFiles shared = SharedFiles.ofWycheproof(copy);
    return new VectorFiles(shared, anyVersion)
        .read(
            Catalogue.all().stream()
                .filter(entry -> entry.name().equals(NAME))
                .findFirst()
                .orElseThrow());
  }

  @Test
  void theKnownFileIsTaken() throws IOException {
    VectorFile file = read(false);
    assertEquals(174, file.tests().size());
    assertEquals(64, file.sha256().length());
    assertEquals(
        List.of("Wycheproof's common.json is not beside its schemas; our stand-in was taken."),
        file.remarks());
  }

  @Test
  void anotherVersionIsRefusedOrTold() throws IOException {
    Files.writeString(file(), Files.readString(file()) + "\n");
    var e = assertThrows(BadVectorFileException.class, () -> read(false));
    assertTrue(e.getMessage().contains("--any-version"), e.getMessage());
    VectorFile taken = read(true);
    assertEquals(174, taken.tests().size());
    assertTrue(taken.remarks().get(0).contains("another version"), taken.remarks().toString());
  }

  /** Each makes the file another than its schema, or itself, says. */
  @ParameterizedTest
  @CsvSource({
    "'\"numberOfTests\": 174', '\"numberOfTests\": 175', says that it has 175",
    "'\"tcId\": 2,', '\"tcId\": 1,', two tests of one number",
    "'\"tcId\": 2,', '', tcId",
    "'\"keySize\": 256', '\"keySize\": \"256\"', keySize",
    "'\"result\": \"valid\"', '\"result\": \"fine\"', result",
    "'\"schema\": \"mac_test_schema_v1.json\"', '\"schema\": \"../x.json\"', names no schema",
    "'\"schema\": \"mac_test_schema_v1.json\"', '\"schema\": \"no_such.json\"', no schema"
  })
  void whatIsNotAsItSaysIsRefused(String from, String to, String why) throws IOException {
    String text = Files.readString(file());
    assertTrue(text.contains(from), "the file is written otherwise than this test thinks");
    Files.writeString(file(), text.replaceFirst(java.util.regex.Pattern.quote(from), to));
    var e = assertThrows(IOException.class, () -> read(true));
    assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
  }

  @Test
  void whatIsCutIsRefused() throws IOException {
    String text = Files.readString(file());
    Files.writeString(file(), text.substring(0, text.length() / 2));
    assertThrows(IOException.class, () -> read(true));
  }

  @Test
  void aFileThatIsNotThereIsNamedWithTheRemedy() throws IOException {
    Files.delete(file());
    var e = assertThrows(IllegalStateException.class, () -> read(false));
    assertTrue(e.getMessage().contains("E2EE_WYCHEPROOF"), e.getMessage());
  }

  /** The list of known hashes has each foreign file of the catalogue, and no other. */
  @Test
  void everyForeignFileIsPinned() throws IOException {
    Set<String> foreign = new HashSet<>();
    for (Catalogue.Entry entry : Catalogue.all()) {
      if (entry.source() != Catalogue.Source.OWN) {
        foreign.add(entry.name());
      }
    }
    assertEquals(foreign, new VectorFiles(SharedFiles.ofThisProject(), false).pinned());
  }
}
