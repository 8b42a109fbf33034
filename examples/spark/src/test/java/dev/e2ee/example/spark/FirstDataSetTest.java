package dev.e2ee.example.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README lets a reader try, in its order. */
class FirstDataSetTest {
  @Test
  @Tag("once")
  void aReadersFirstDataSetIsMoved(@TempDir Path home) throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    Path file = home.resolve("keys.e2ee");
    Map<String, String> variables =
        Map.of(
            "FROM", home.resolve("notes").toString(),
            "TO", home.resolve("notes-2").toString(),
            "KEYS", CustodyUri.ofFile(file).canonical());
    try (KeyFile keys = KeyFile.create(file, NewSlot.raw(), CustodyOptions.defaults())) {
      keys.generate("records", KeyKind.UMK);
      ReadmeCommand made = ReadmeCommand.run("FirstDataSet", variables, home);
      assertEquals(0, made.exit(), made.out());
      assertTrue(made.out().contains(variables.get("FROM") + " has 1000 rows."), made.out());
      keys.rotate("records");
    }
    ReadmeCommand moved = ReadmeCommand.run("RewrapDataSet", variables, home);
    assertEquals(0, moved.exit(), moved.out());
    assertTrue(moved.out().contains("has the 1000 rows of " + variables.get("FROM")), moved.out());
  }
}
