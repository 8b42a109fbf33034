package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the classes of this module may name. */
class BindingRuleTest {
  /**
   * What ipkcs11wrapper lays above the C functions: its token hides errors of initialisations, so
   * that a stale operation on a pooled session encrypts under another key, and its session takes
   * failed reads for absent attributes.
   */
  private static final List<String> BANNED =
      List.of(
          "org/xipki/pkcs11/wrapper/PKCS11Token",
          "org/xipki/pkcs11/wrapper/Session",
          "org/xipki/pkcs11/wrapper/Token",
          "org/xipki/pkcs11/wrapper/Slot");

  private Path home;
  private List<Path> all;

  @BeforeEach
  void list() throws Exception {
    URI classes = Pkcs11Custody.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    home = Path.of(classes);
    try (Stream<Path> files = Files.walk(home)) {
      all = files.filter(file -> file.toString().endsWith(".class")).toList();
    }
  }

  private static String content(Path file) throws Exception {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  @Test
  void onlyTheFunctionsOfTheWrapperAreUsed() throws Exception {
    for (Path file : all) {
      String text = content(file);
      for (String banned : BANNED) {
        assertEquals(-1, text.indexOf(banned), () -> file + " uses " + banned);
      }
    }
  }

  /** So that each binding does without the other's library and rights. */
  @ParameterizedTest
  @CsvSource({
    "org/xipki/, wrapper",
    "iaik/pkcs/, wrapper",
    "sun/security/, sun",
    "sun.nio.ch, sun",
    "sun/nio/ch, none"
  })
  void onlyItsOwnPackageNamesWhatABindingStandsOn(String name, String owner) throws Exception {
    Path own = home.resolve("dev/e2ee/custody/pkcs11/internal").resolve(owner);
    int users = 0;
    for (Path file : all) {
      if (content(file).contains(name) && !file.endsWith("module-info.class")) {
        assertTrue(file.startsWith(own), () -> file + " uses " + name);
        users++;
      }
    }
    assertEquals(!owner.equals("none"), users > 0, "it looked at the wrong classes");
  }

  /** An internal class of the JDK is used as javac sees it, or by one handle of an exported one. */
  @Test
  void nothingIsOpenedToReflection() throws Exception {
    for (Path file : all) {
      String text = content(file);
      for (String way : List.of("setAccessible", "privateLookupIn", "trySetAccessible")) {
        assertEquals(-1, text.indexOf(way), () -> file + " uses " + way);
      }
    }
  }
}
