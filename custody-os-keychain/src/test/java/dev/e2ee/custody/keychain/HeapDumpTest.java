package dev.e2ee.custody.keychain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.key.KeyId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a program that opened a store has in memory of the item's text: on Linux nothing, garbage
 * included, so that it was never a {@code String} either, which nobody can wipe.
 */
class HeapDumpTest {
  /** Memory enough to need no collection, which would hide garbage. */
  private static final Map<String, String> ROOMY =
      Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC -Xms128m -Xmx128m -Xmn96m");

  @Test
  void theItemsTextIsNowhereOnceItWasRead(@TempDir Path folder) throws Exception {
    try (Desktop desktop = Desktop.loggedIn()) {
      KeyId id = Notes.withAKey();
      String item = Notes.kept().split(" ", -1)[1];
      assertEquals(2 * 62, item.length()); // of a slot-key file, whose key begins at byte 26
      String secret = item.substring(2 * 26, 2 * (26 + 32));
      Path dump = folder.resolve("heap.hprof");
      String said = Application.said(Application.start("dump", Notes.URI, ROOMY, dump.toString()));
      assertEquals(id.toString(), said);
      assertTrue(desktop.keyringLives());
      String heap = Files.readString(dump, StandardCharsets.ISO_8859_1);
      assertTrue(heap.contains("service=notes;account=ann"), "a String would be found");
      for (int at = 0; at + 16 <= secret.length(); at += 16) {
        assertEquals(-1, heap.indexOf(secret.substring(at, at + 16)), "digits from " + at);
      }
    }
  }
}
