package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a source tree of its own. */
class LauncherTest {
  @TempDir Path home;
  private LauncherTree tree;
  private Path root;

  @BeforeEach
  void makeTree() throws IOException {
    tree = new LauncherTree(home, "a tree/of sources");
    root = tree.root();
  }

  @Tag("once")
  @Test
  void itBuildsOnFirstUseAndThenOnlyWhenASourceIsNewer() throws Exception {
    tree.withoutArchive().installMaven(0);
    String launcher = root.resolve("e2ee").toString();
    CliProcess.Answer first = tree.launch(launcher, "--version");
    assertEquals(0, first.exit(), first::toString);
    assertTrue(first.out().startsWith("e2ee "), first::toString);
    assertFalse(first.out().contains("maven talks"), first::toString);
    assertTrue(first.err().startsWith("e2ee: building"), first::toString);
    assertEquals(1, tree.builds());
    assertTrue(Files.readString(home.resolve("built")).startsWith(root + ": "));
    CliProcess.Answer second = tree.launch(launcher, "--version");
    assertEquals("", second.err());
    assertEquals(1, tree.builds());
    Path source = Files.writeString(root.resolve("spi/argon2/src/main/java/A.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    tree.launch(launcher, "--version");
    assertEquals(2, tree.builds());
  }

  @Tag("once")
  @Test
  void itWorksThroughLinksFromAnywhereAndPassesArgumentsAndExitCodesOn() throws Exception {
    tree.withoutArchive().installMaven(0);
    Path link = Files.createSymbolicLink(home.resolve("first"), root.resolve("e2ee"));
    Path relative = Files.createSymbolicLink(tree.bin().resolve("e2ee"), Path.of("../first"));
    CliProcess.Answer answer = tree.launch(relative.toString(), "inspect", "no such file");
    assertEquals(7, answer.exit(), answer::toString);
    assertTrue(answer.err().contains("no such file: there is no such file"), answer::toString);
    assertEquals(0, tree.launch(link.toString(), "version").exit());
    assertEquals(1, tree.builds());
  }

  @Tag("once")
  @Test
  void aFailedBuildIsSaidAndTriedAgain() throws Exception {
    tree.withoutArchive().installMaven(1);
    CliProcess.Answer failed = tree.launch(root.resolve("e2ee").toString(), "--version");
    assertEquals(1, failed.exit());
    assertTrue(
        failed.err().contains("maven talks") && failed.err().contains("failed"), failed::toString);
    assertFalse(Files.exists(root.resolve("cli/target/e2ee.lock")));
    tree.installMaven(0);
    assertEquals(0, tree.launch(root.resolve("e2ee").toString(), "--version").exit());
  }

  @Test
  void underTheJvmOptionsForItAFileIsSealedAndOpenedAndNothingElsePrinted() throws Exception {
    tree.installMaven(0);
    String launcher = root.resolve("e2ee").toString();
    String keys = home.resolve("k.e2ee").toString();
    String content = "0123456789abcdef".repeat(20_000);
    String plain = Files.writeString(home.resolve("plain"), content).toString();
    assertEquals(0, tree.launch(launcher, "init", "--raw", "--keys", keys).exit());
    String[] seal = {"seal", plain, "--aad", "x", "--keys", keys};
    CliProcess.Answer sealed = tree.launch(launcher, seal);
    assertEquals(0, sealed.exit(), sealed::toString);
    assertEquals("", sealed.out());
    String[] open = {"open", plain + ".e2ee", "-o", "-", "--aad", "x", "--keys", keys};
    CliProcess.Answer opened = tree.launch(launcher, open);
    assertEquals(new CliProcess.Answer(0, content, ""), opened);
  }

  /** A binding's rights are given to a token's URI, from an argument or from the environment. */
  @ParameterizedTest
  @ValueSource(strings = {"sun", "ipkcs11wrapper"})
  void aTokenGetsTheRightsOfItsBinding(String binding) throws Exception {
    Path module = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    assumeTrue(Files.exists(module), "SoftHSM is not installed");
    tree.installMaven(0);
    Files.createDirectories(home.resolve("tokens"));
    Path configuration =
        Files.writeString(
            home.resolve("softhsm2.conf"), "directories.tokendir = " + home.resolve("tokens"));
    List<String> words = tree.environment("");
    words.addAll(List.of("SOFTHSM2_CONF=" + configuration, "PIN=1234"));
    List<String> make = new ArrayList<>(words);
    make.addAll(List.of("/usr/bin/softhsm2-util", "--init-token", "--free", "--label", "vault"));
    make.addAll(List.of("--pin", "1234", "--so-pin", "5678"));
    assertEquals(0, CliProcess.run(home, make).exit());
    String keys =
        "pkcs11:token=vault?pin-source=env:PIN&module-path=" + module + "&binding=" + binding;
    List<String> generate = new ArrayList<>(words);
    generate.addAll(List.of(root.resolve("e2ee").toString(), "key", "generate", "records"));
    generate.addAll(List.of("--keys", keys));
    CliProcess.Answer made = CliProcess.run(home, generate);
    assertEquals(0, made.exit(), made::toString);
    List<String> list = new ArrayList<>(words);
    list.addAll(List.of("E2EE_KEYS=" + keys, root.resolve("e2ee").toString(), "key", "list"));
    CliProcess.Answer listed = CliProcess.run(home, list);
    assertEquals(0, listed.exit(), listed::toString);
    assertTrue(listed.out().contains("records"), listed::toString);
    assertEquals("", listed.err(), "no warning of the JVM");
  }

  @Tag("once")
  @Test
  void aDescriptorThatWasNotPassedIsSaid() throws Exception {
    tree.withoutArchive().installMaven(0);
    String launcher = root.resolve("e2ee").toString();
    for (String[] words :
        List.of(
            new String[] {"key", "list", "--passphrase-fd", "3"},
            new String[] {"key", "list", "--passphrase-fd=3"})) {
      CliProcess.Answer answer = tree.launch(launcher, words);
      assertEquals(7, answer.exit(), answer::toString);
      assertTrue(answer.err().contains("descriptor 3 was not passed"), answer::toString);
    }
  }

  @Tag("once")
  @Test
  void aLockOfADeadProcessDoesNotStopIt() throws Exception {
    tree.withoutArchive().installMaven(0);
    Files.createDirectories(root.resolve("cli/target"));
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(root.resolve("cli/target/e2ee.lock"), gone.pid() + "\n");
    assertEquals(0, tree.launch(root.resolve("e2ee").toString(), "--version").exit());
  }

  @Tag("once")
  @Test
  void withoutMavenItSaysWhatToInstall() throws Exception {
    CliProcess.Answer answer = tree.launch(root.resolve("e2ee").toString(), "demo");
    assertEquals(1, answer.exit());
    assertTrue(answer.err().contains("apt install maven"), answer::toString);
  }
}
