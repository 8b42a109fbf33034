package dev.e2ee.keyring;

import static dev.e2ee.keyring.Group.NOTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What 16 MiB from a server may cost in memory, before a key is touched. */
@Tag("no-engine")
@Tag("once")
class HostileSizeTest {
  private static final int SIZE = 16 << 20;
  private static final String HEAP = "-Xmx256m";

  @TempDir private Path folder;

  /** Opens what a server might give, and tells what that was taken for. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      String values = "{\"\":0},".repeat((SIZE - 100) / 7);
      byte[] hostile = ("{\"x\":[" + values + "1]}").getBytes(UTF_8);
      try (Group group = new Group(Path.of(arguments[0]))) {
        byte[] document = group.created();
        try {
          group.owner.open(hostile).close();
        } catch (KeyringFormatException e) {
          System.out.println("keyring: " + e.getMessage());
        }
        try (Keyring keyring =
            Keyring.open(document, NOTES, group.owner.device(), group.owner.trust())) {
          keyring.cipher().openDocument(hostile);
        } catch (KeyringFormatException e) {
          System.out.println("document: " + e.getMessage());
        }
      }
    }
  }

  /** [keyring-2] */
  @Test
  void manyValuesAreRefusedWithLittleMemory() throws Exception {
    Process victim =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                HEAP,
                "-cp",
                System.getProperty("java.class.path")
                    + File.pathSeparator
                    + System.getProperty("jdk.module.path", ""),
                Victim.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(victim.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, victim.waitFor());
    assertEquals(
        String.join(
            System.lineSeparator(),
            "keyring: not a keyring: it has more than 400000 values",
            "document: not a sealed document: it has more than 400000 values",
            ""),
        said);
  }
}
