package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.envelope.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a SoftHSM token: the commands are the same, only the URI is another. */
@Tag("once")
class TokenCommandsTest {
  /** A short and a long file, under a key file with a passphrase. */
  private static final String SEALED_UNDER_A_KEY_FILE =
      """
      echo 'a passphrase of some length' >p; chmod 600 p
      e2ee init --passphrase-file p
      e2ee key generate records --passphrase-file p
      printf 'Penicillin' >short; head -c 300000 /dev/urandom >long
      for f in short long; do e2ee seal $f --aad $f --key records --passphrase-file p; done
      """;

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
        set -euo pipefail
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
    assertTrue(listed.contains("it does not say that it is a device"), listed);
    CliProcess.Answer doctor = works("e2ee doctor --keys \"$keys\"");
    assertTrue(doctor.out().contains("pkcs11:token=vault is present"), doctor.out());
  }

  /**
   * A second token, with a key that was made while the token had no AES-GCM: it wraps in a longer
   * header than a key file does.
   */
  private String tokenWithoutGcm() throws IOException, InterruptedException {
    works(
        """
        softhsm2-util --init-token --free --label plain --pin 1234 --so-pin 1234
        plain='pkcs11:token=plain?module-path=%s&pin-source=env:PIN'
        cp softhsm2.conf without-gcm.conf
        echo 'slots.mechanisms = CKM_GENERIC_SECRET_KEY_GEN,CKM_SHA256_HMAC' >>without-gcm.conf
        SOFTHSM2_CONF=$HOME/without-gcm.conf e2ee key generate records --keys "$plain"
        """
            .formatted(MODULE));
    return "pkcs11:token=plain?module-path=" + MODULE + "&pin-source=env:PIN";
  }

  private int wrapAlg(String file) throws Exception {
    return Envelope.inspect(Files.readAllBytes(home.resolve(file))).wrapAlg();
  }

  @Test
  void recordsMoveIntoATokenAndBackByRewrap() throws Exception {
    String plain = "plain='" + tokenWithoutGcm() + "'\n";
    works(
        plain
            + SEALED_UNDER_A_KEY_FILE
            + """
            e2ee key generate records --keys "$keys"
            """);
    long inode = inode("long.e2ee");
    for (String f : new String[] {"short", "long"}) {
      String move = plain + "e2ee rewrap %1$s.e2ee --aad %1$s ".formatted(f);
      String back = "cmp %1$s <(e2ee open %1$s.e2ee --aad %1$s -o - ".formatted(f);
      works(move + "--passphrase-file p --to-keys \"$keys\"; " + back + "--keys \"$keys\")");
      assertEquals(1, wrapAlg(f + ".e2ee"));
      works(move + "--keys \"$keys\" --to-keys \"$plain\"; " + back + "--keys \"$plain\")");
      assertEquals(2, wrapAlg(f + ".e2ee"));
      assertEquals(
          4, sh("e2ee open %1$s.e2ee --aad %1$s -o - --keys \"$keys\"".formatted(f)).exit());
      works(
          move
              + "--keys \"$plain\" --to-keys \"$HOME/.local/share/e2ee/keys.e2ee\" --to-passphrase-file p; "
              + back
              + "--passphrase-file p)");
      assertEquals(1, wrapAlg(f + ".e2ee"));
    }
    assertNotEquals(inode, inode("long.e2ee"));
  }

  /** Keys of RSA, which have no other length of header in common with a key file's. */
  @Test
  @Tag("soak")
  void recordsMoveIntoATpmAndBackByRewrap() throws Exception {
    assumeTrue(SoftTpm.isInstalled(), "swtpm, tpm2-abrmd or tpm2-pkcs11 is not installed");
    Path folder = Files.createDirectories(home.resolve("tpm"));
    try (SoftTpm tpm = SoftTpm.start(folder, "tpm", "1234")) {
      String uri = "pkcs11:token=tpm?module-path=" + SoftTpm.MODULE + "&pin-source=env:PIN";
      String head = tpm.exports() + "tpm='" + uri + "'\n";
      works(
          head
              + SEALED_UNDER_A_KEY_FILE
              + """
              e2ee key generate records --keys "$tpm"
              """);
      contains("pkcs11:token=tpm is present", works(head + "e2ee doctor --keys \"$tpm\""));
      for (String f : new String[] {"short", "long"}) {
        moveIntoTheTpmAndBack(head, f);
      }
    }
  }

  private void moveIntoTheTpmAndBack(String head, String f) throws Exception {
    String move = head + "e2ee rewrap %1$s.e2ee --aad %1$s ".formatted(f);
    String back = "cmp %1$s <(e2ee open %1$s.e2ee --aad %1$s -o - ".formatted(f);
    long inode = inode(f + ".e2ee");
    works(move + "--passphrase-file p --to-keys \"$tpm\"; " + back + "--keys \"$tpm\")");
    assertEquals(4, wrapAlg(f + ".e2ee"));
    assertNotEquals(inode, inode(f + ".e2ee"), "a longer header takes a copy");
    CliProcess.Answer inspected = works(head + "e2ee inspect --json %s.e2ee".formatted(f));
    contains("\"wrapAlg\" : 4", inspected);
    contains("\"headerLength\" : 891", inspected);
    works(head + "e2ee key rotate records --keys \"$tpm\"");
    inode = inode(f + ".e2ee");
    works(move + "--keys \"$tpm\"; " + back + "--keys \"$tpm\")");
    assertEquals(f.equals("long"), inode == inode(f + ".e2ee"), "of one length, where it lies");
    tampered(head, f);
    String keyFile = "\"$HOME/.local/share/e2ee/keys.e2ee\" --to-passphrase-file p; ";
    works(move + "--keys \"$tpm\" --to-keys " + keyFile + back + "--passphrase-file p)");
    assertEquals(1, wrapAlg(f + ".e2ee"));
  }

  private long inode(String file) throws IOException {
    return (Long) Files.getAttribute(home.resolve(file), "unix:ino");
  }

  /** A bit of the block, of the box and of the signature of the wrap. */
  private void tampered(String head, String f) throws Exception {
    byte[] sealed = Files.readAllBytes(home.resolve(f + ".e2ee"));
    for (int at : new int[] {31, 420, 600}) {
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      Files.write(home.resolve("changed.e2ee"), changed);
      CliProcess.Answer refused =
          sh(head + "e2ee open changed.e2ee --aad %s -o - --keys \"$tpm\"".formatted(f));
      assertEquals(3, refused.exit(), refused.err());
      assertTrue(refused.err().contains("not authentic"), refused.err());
    }
  }

  @Test
  void theDemonstrationShowsAnHsmAndRemovesIt() throws Exception {
    String told =
        works(
                """
                mkdir hsm; export E2EE_DEMO_HSM=$HOME/hsm SOFTHSM2_CONF=$HOME/hsm/softhsm2.conf
                e2ee demo
                """)
            .out();
    assertTrue(told.contains("made in the token, id "), told);
    assertTrue(told.contains("re-wrapped from the key file into the token (wrapAlg 1)"), told);
    assertFalse(Files.exists(home.resolve("hsm")));
  }

  @Test
  void aWrongPinIsToldAndShowsNoPin() throws Exception {
    CliProcess.Answer wrong = sh("PIN=98765; e2ee key list --keys \"$keys\"");
    assertEquals(5, wrong.exit(), wrong.err());
    assertTrue(wrong.err().contains("the PIN is wrong"), wrong.err());
    assertFalse(wrong.err().contains("98765"), wrong.err());
  }

  /** The way out is the PIN by whom the token's owner asks, once; a file counts as one. */
  @Test
  void afterAWrongPinTheNamedOneIsNotTriedAndTheWayOutIsTold() throws Exception {
    assertEquals(5, sh("PIN=98765; e2ee key list --keys \"$keys\"").exit());
    CliProcess.Answer stored = sh("e2ee key list --keys \"$keys\"");
    assertEquals(5, stored.exit(), stored.err());
    assertTrue(stored.err().contains("pin-source=callback: in the URI"), stored.err());
    assertTrue(stored.err().contains("--passphrase-file"), stored.err());
    contains("put pin-source=callback: into the URI", sh("e2ee custody probe --look \"$keys\""));
    works(
        """
        printf 1234 >pin; chmod 600 pin
        e2ee key list --keys "${keys%%&*}&pin-source=callback:" --passphrase-file pin
        e2ee key list --keys "$keys"
        """);
  }

  @Test
  void aPinFileBesideAPinInTheUriIsRefused() throws Exception {
    for (String command :
        new String[] {
          "key list --keys", "custody probe", "custody bench", "custody test", "custody list"
        }) {
      CliProcess.Answer both = sh("e2ee " + command + " \"$keys\" --passphrase-file /nowhere");
      assertEquals(2, both.exit(), both.err());
      assertTrue(both.err().contains("--passphrase-file and pin-source in the URI"), both.err());
      assertTrue(both.err().contains("pin-source=callback:"), both.err());
    }
  }

  @Test
  void aPinInTheUriIsRefused() throws Exception {
    CliProcess.Answer refused = sh("e2ee key list --keys 'pkcs11:token=vault?pin-value=1234'");
    assertEquals(2, refused.exit(), refused.err());
    assertTrue(refused.err().contains("pin-source"), refused.err());
    assertFalse(refused.err().contains("1234"), refused.err());
  }

  private static void contains(String part, CliProcess.Answer answer) {
    assertTrue(answer.out().contains(part), () -> part + " is missing in " + answer);
  }

  @Test
  void aListGivesUrisThatAreReadyForUse() throws Exception {
    contains("libsofthsm2.so'\n    SoftHSM 2", works("e2ee custody list"));
    CliProcess.Answer tokens =
        works("e2ee custody list 'pkcs11:?module-path=%s'".formatted(MODULE));
    contains("Its keys are shown with a PIN", tokens);
    String uri = tokens.out().lines().findFirst().orElseThrow().strip();
    assertTrue(uri.matches("'pkcs11:token=vault;serial=[0-9a-f]+\\?module-path=/.*'"), uri);
    String withPin = uri.substring(0, uri.length() - 1) + "&pin-source=env:PIN'";
    works("e2ee key generate records --keys " + withPin);
    contains("records    1  PRIMARY", works("e2ee custody list " + withPin));
    works("softhsm2-util --init-token --free --label other --pin 4321 --so-pin 8765");
    CliProcess.Answer both =
        works("e2ee custody list 'pkcs11:?module-path=%s&pin-source=env:PIN'".formatted(MODULE));
    contains("token=vault;serial=", both);
    contains("token=other;serial=", both);
    CliProcess.Answer none = sh("e2ee custody list \"${keys/vault/volt}\"");
    assertEquals(6, none.exit(), none.out());
    assertTrue(none.err().contains("'pkcs11:token=vault;serial="), none.err());
    assertFalse(both.out().contains("PRIMARY"), "one PIN is not tried on two tokens");
  }

  @Test
  void aProbeTellsWhatTheTokenCanDo() throws Exception {
    CliProcess.Answer right = works("e2ee custody probe \"$keys\"");
    contains("gcm        yes, UMK: AES-256-GCM in the token", right);
    contains("ok    suite       a new UMK would wrap by wrapAlg 1", right);
    contains("warn  pin-source", right);
    CliProcess.Answer json = works("e2ee custody probe --look --json \"$keys\"");
    contains("\"CKM_AES_GCM\" : \"yes, AES-GCM\"", json);
    CliProcess.Answer wrong = sh("PIN=98765; e2ee custody probe \"$keys\"");
    assertEquals(5, wrong.exit(), wrong.out());
    contains("fail  unlock", wrong);
    assertFalse((wrong.out() + wrong.err()).contains("98765"));
    CliProcess.Answer none = sh("e2ee custody probe \"${keys%%&*}\"");
    assertEquals(5, none.exit(), none.out());
    contains("not unlocked, so that nothing was tried", none);
    CliProcess.Answer byFile =
        works(
            "printf 1234 > pin; chmod 600 pin;"
                + " e2ee custody probe \"${keys%%&*}\" --passphrase-file pin");
    contains("gcm        yes", byFile);
  }

  @Test
  void aModuleThatDoesNotStartSaysWhereToLook() throws Exception {
    CliProcess.Answer answer = sh("SOFTHSM2_CONF=$HOME/none e2ee key list --keys \"$keys\"");
    assertEquals(6, answer.exit(), answer.out());
    assertTrue(answer.err().contains("the module does not start"), answer::err);
    assertTrue(answer.err().contains("SOFTHSM2_CONF"), answer::err);
  }

  @Test
  void whatIsNoModuleIsAFindingWithoutAStackTrace() throws Exception {
    for (String file : new String[] {"$HOME/softhsm2.conf", "/bin/ls", "$HOME/none"}) {
      CliProcess.Answer refused =
          sh("e2ee custody probe \"pkcs11:token=t?module-path=%s\"".formatted(file));
      assertEquals(6, refused.exit(), refused.out());
      contains("fail  module", refused);
      contains("-> e2ee custody list", refused);
      assertFalse((refused.out() + refused.err()).contains("\tat "), refused::toString);
    }
  }

  @Test
  void p11KitsProxyIsToldAsWhatItIs() throws Exception {
    Path proxy = Path.of("/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so");
    assumeTrue(Files.exists(proxy), "p11-kit's proxy is not installed");
    // Of this user's own: or it would load every module that the machine has.
    works(
        """
        mkdir -p .config/pkcs11/modules
        echo 'user-config: only' > .config/pkcs11/pkcs11.conf
        echo 'module: %s' > .config/pkcs11/modules/softhsm.module
        """
            .formatted(MODULE));
    contains(
        "warn  module      this is p11-kit's proxy",
        works("e2ee custody probe --look 'pkcs11:token=vault?module-path=%s'".formatted(proxy)));
  }

  @Test
  void aBenchLeavesTheKeysAsTheyWere() throws Exception {
    works("e2ee key generate records --keys \"$keys\"");
    String before = works("e2ee key list --keys \"$keys\"").out();
    contains(
        "wrap          2 ",
        works("e2ee custody bench \"$keys\" --key records --threads 2 --seconds 1"));
    assertEquals(before, works("e2ee key list --keys \"$keys\"").out());
    CliProcess.Answer unnamed = sh("e2ee custody bench \"$keys\"");
    assertEquals(2, unnamed.exit());
    assertTrue(unnamed.err().contains("Its keys are: records."), unnamed.err());
  }

  @Test
  void theKeyThatAUriNamesIsTheOneThatIsUsed() throws Exception {
    works("e2ee key generate records --keys \"$keys\"");
    works(
        """
        one=${keys/vault/vault;object=records}
        printf Penicillin >note
        e2ee seal note --aad x --keys "$one"
        e2ee custody bench "$one" --threads 1 --seconds 1
        """);
    CliProcess.Answer gone =
        sh("e2ee seal note --force --aad x --keys \"${keys/vault/vault;object=gone}\"");
    assertEquals(6, gone.exit());
    assertTrue(gone.err().contains("Its URI means that key alone: without object="), gone.err());
    CliProcess.Answer other = sh("e2ee seal note --force --aad x --keys \"$keys\"");
    assertEquals(6, other.exit());
    assertTrue(other.err().contains("Its keys are: records."), other.err());
  }
}
