package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a SoftHSM token: the commands are the same, only the URI is another. */
class TokenCommandsTest {
  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  @TempDir Path home;

  @BeforeEach
  void token() throws IOException, InterruptedException {
    assumeTrue(Files.exists(MODULE), "SoftHSM is not installed");
    Files.createDirectories(home.resolve("tokens"));
    Files.writeString(
        home.resolve("softhsm2.conf"),
        "directories.tokendir = " + home.resolve("tokens") + "\nlog.level = ERROR\n");
    CliProcess.Answer made =
        sh("softhsm2-util --init-token --free --label vault --pin 1234 --so-pin 5678");
    assertEquals(0, made.exit(), made.out() + made.err());
  }

  /** {@code e2ee} in the script is the command line, {@code $keys} the token with its PIN. */
  private CliProcess.Answer sh(String script) throws IOException, InterruptedException {
    String head =
        """
        export SOFTHSM2_CONF=$HOME/softhsm2.conf PIN=${PIN-1234}
        keys='pkcs11:token=vault?module-path=%s&pin-source=env:PIN'
        run=("$@"); e2ee() { "${run[0]}" --enable-native-access=ALL-UNNAMED "${run[@]:1}" "$@"; }
        """
            .formatted(MODULE);
    return CliProcess.shell(home, head + script);
  }

  private CliProcess.Answer works(String script) throws IOException, InterruptedException {
    CliProcess.Answer answer = sh(script);
    assertEquals(0, answer.exit(), answer.out() + answer.err());
    return answer;
  }

  @Test
  void aUriIsAllThatChanges() throws Exception {
    works("e2ee key generate records --keys \"$keys\"");
    works(
        """
        printf 'Penicillin' > note
        e2ee seal note --user ann --type note --id 1 --keys "$keys" --key records
        """);
    assertFalse(
        Files.readString(home.resolve("note.e2ee"), StandardCharsets.ISO_8859_1)
            .contains("Penicillin"));
    works("e2ee key rotate records --keys \"$keys\"");
    CliProcess.Answer opened =
        works("e2ee open note.e2ee -o - --user ann --type note --id 1 --keys \"$keys\"");
    assertEquals("Penicillin", opened.out());
    String listed = works("e2ee key list --keys \"$keys\"").out();
    assertTrue(listed.contains("OLD") && listed.contains("PRIMARY"), listed);
    CliProcess.Answer doctor = works("e2ee doctor --keys \"$keys\"");
    assertTrue(doctor.out().contains("pkcs11:token=vault is present"), doctor.out());
  }

  @Test
  void aWrongPinIsToldAndShowsNoPin() throws Exception {
    CliProcess.Answer wrong = sh("PIN=98765; e2ee key list --keys \"$keys\"");
    assertEquals(5, wrong.exit(), wrong.err());
    assertTrue(wrong.err().contains("the PIN is wrong"), wrong.err());
    assertFalse(wrong.err().contains("98765"), wrong.err());
  }

  @Test
  void aPinInTheUriIsRefused() throws Exception {
    CliProcess.Answer refused = sh("e2ee key list --keys 'pkcs11:token=vault?pin-value=1234'");
    assertEquals(2, refused.exit(), refused.err());
    assertTrue(refused.err().contains("pin-source"), refused.err());
    assertFalse(refused.err().contains("1234"), refused.err());
  }
}
