package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No class of this module may use what ipkcs11wrapper lays above the C functions: its token hides
 * errors of initialisations, so that a stale operation on a pooled session encrypts under another
 * key, and its session takes failed reads for absent attributes.
 */
class BindingRuleTest {
  private static final List<String> BANNED =
      List.of(
          "org/xipki/pkcs11/wrapper/PKCS11Token",
          "org/xipki/pkcs11/wrapper/Session",
          "org/xipki/pkcs11/wrapper/Token",
          "org/xipki/pkcs11/wrapper/Slot");

  @Test
  void onlyTheFunctionsOfTheWrapperAreUsed() throws Exception {
    URI classes = Pkcs11Custody.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    int users = 0;
    List<Path> all;
    try (Stream<Path> files = Files.walk(Path.of(classes))) {
      all = files.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : all) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      users += text.contains("iaik/pkcs/pkcs11/wrapper/PKCS11") ? 1 : 0;
      for (String banned : BANNED) {
        assertEquals(-1, text.indexOf(banned), () -> file + " uses " + banned);
      }
    }
    assertTrue(users > 0, "it looked at the wrong classes");
  }
}
