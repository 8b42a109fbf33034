package dev.e2ee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code recovery create}, {@code check} and {@code restore}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class RecoveryCommandsTest {
  @TempDir Path directory;

  private Cli cli;

  @BeforeEach
  void makeKeys() throws Exception {
    cli = new Cli(directory).initRaw();
  }

  private String wrapPath() {
    return directory.resolve("ann.recovery").toString();
  }

  /** The code, as it was printed. */
  private String create(String... more) {
    String[] all = new String[6 + more.length];
    String[] first = {"recovery", "create", "--user", "ann", "-o", wrapPath()};
    System.arraycopy(first, 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return cli.run(all).exits(0).text().strip();
  }

  private Cli.Result with(String code, String... arguments) throws Exception {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--code-file";
    all[arguments.length + 1] = cli.write("code", code + "\n").toString();
    return cli.run(all);
  }

  @Test
  void aKeyComesBackIntoANewStore() throws Exception {
    Path plain = cli.write("plain", "hello");
    cli.run("seal", plain.toString(), "--user", "ann", "--type", "t", "--id", "1").exits(0);
    String code = create();
    assertTrue(code.matches("([0-9A-Z]{4}-){7}[0-9A-Z]{4}"), code);
    assertEquals(168, Files.size(Path.of(wrapPath())));
    JsonNode checked =
        with(code, "recovery", "check", wrapPath(), "--user", "ann", "--json").exits(0).json();
    assertTrue(checked.required("opens").booleanValue());
    assertEquals(1, checked.required("issue").intValue());
    assertEquals("Argon2id", checked.required("derivation").textValue());
    String other = directory.resolve("other.e2ee").toString();
    cli.run("init", "--raw", "--keys", other).exits(0);
    JsonNode restored =
        with(
                code.toLowerCase(java.util.Locale.ROOT),
                "recovery",
                "restore",
                wrapPath(),
                "--user",
                "ann",
                "--keys",
                other,
                "--json")
            .exits(0)
            .json();
    assertEquals(checked.required("keyId"), restored.required("id"));
    assertEquals("recovered", restored.required("name").textValue());
    assertEquals("Argon2id", restored.required("derivation").textValue());
    Cli.Result opened =
        cli.run(
            "open",
            plain + ".e2ee",
            "-o",
            "-",
            "--user",
            "ann",
            "--type",
            "t",
            "--id",
            "1",
            "--keys",
            other);
    assertArrayEquals("hello".getBytes(UTF_8), opened.exits(0).out());
    // A second time it is there already.
    with(code, "recovery", "restore", wrapPath(), "--user", "ann", "--keys", other).exits(6);
  }

  @Test
  void aCodeWithoutCostDoesTheSame() throws Exception {
    JsonNode made =
        cli.run("recovery", "create", "--user", "ann", "-o", wrapPath(), "--without-cost", "--json")
            .exits(0)
            .json();
    assertEquals("HKDF-SHA-256", made.required("derivation").textValue());
    assertEquals(2, Files.readAllBytes(Path.of(wrapPath()))[5]);
    String code = made.required("code").textValue();
    Cli.Result checked = with(code, "recovery", "check", wrapPath(), "--user", "ann");
    assertTrue(checked.exits(0).text().contains("derived by HKDF-SHA-256"), checked.text());
    with(code, "recovery", "check", wrapPath(), "--user", "bob").exits(3);
    String other = directory.resolve("other.e2ee").toString();
    cli.run("init", "--raw", "--keys", other).exits(0);
    String[] restore = {
      "recovery", "restore", wrapPath(), "--user", "ann", "--keys", other, "--json"
    };
    JsonNode restored = with(code, restore).exits(0).json();
    assertEquals("HKDF-SHA-256", restored.required("derivation").textValue());
    assertEquals(made.required("key").required("id"), restored.required("id"));
    // The next code has a cost again, unless it is told otherwise; the numbers go on.
    JsonNode next =
        cli.run("recovery", "create", "--user", "ann", "-o", wrapPath(), "--force", "--json")
            .exits(0)
            .json();
    assertEquals("Argon2id", next.required("derivation").textValue());
    assertEquals(2, next.required("issue").intValue());
  }

  @Test
  void inTheFipsProfileACodeHasNoCost() throws Exception {
    CliProcess.Answer made =
        CliProcess.inTheProfile(directory, "recovery", "create", "--user", "ann", "-o", wrapPath());
    assertEquals(0, made.exit(), made.err());
    assertTrue(made.err().contains("FIPS profile: the code has no cost"), made.err());
    with(made.out().strip(), "recovery", "check", wrapPath(), "--user", "ann").exits(0);
    String[] check = {
      "recovery", "check", wrapPath(), "--user", "ann", "--code-file", directory + "/code"
    };
    CliProcess.Answer checked = CliProcess.inTheProfile(directory, check);
    assertEquals(0, checked.exit(), checked.err());
    assertTrue(checked.out().contains("derived by HKDF-SHA-256"), checked.out());
    cli.write("code", create("--force") + "\n");
    CliProcess.Answer refused = CliProcess.inTheProfile(directory, check);
    assertEquals(2, refused.exit(), refused.err());
    assertTrue(refused.err().contains("not approved in the FIPS profile"), refused.err());
    assertTrue(refused.err().contains("e2ee recovery create --without-cost"), refused.err());
    // Who asks for it outside of the profile is told nothing about it.
    String[] asked = {
      "recovery", "create", "--user", "ann", "-o", wrapPath(), "--force", "--without-cost"
    };
    assertFalse(cli.run(asked).exits(0).err().contains("FIPS"));
  }

  @Test
  void typingErrorsAndOthersAreToldApart() throws Exception {
    String code = create();
    char wrong = code.charAt(0) == 'Z' ? 'Y' : 'Z';
    Cli.Result typo =
        with(wrong + code.substring(1), "recovery", "check", wrapPath(), "--user", "ann");
    assertTrue(typo.exits(5).err().contains("typing error"), typo.err());
    assertFalse(typo.err().contains(code.substring(5)), "shows the code");
    with(code, "recovery", "check", wrapPath(), "--user", "bob").exits(3);
    Path altered =
        cli.write("altered", Cli.withBitFlipped(Files.readAllBytes(Path.of(wrapPath())), 120));
    with(code, "recovery", "check", altered.toString(), "--user", "ann").exits(3);
    Path text = cli.write("text", "no wrap");
    with(code, "recovery", "check", text.toString(), "--user", "ann").exits(3);
    with(code, "recovery", "check", directory + "/none", "--user", "ann").exits(7);
    with(code, "recovery", "check", wrapPath(), "--user", "").exits(2);
    with(code, "recovery", "restore", wrapPath(), "--user", "ann", "--minimum-issue", "2").exits(3);
  }

  @Test
  void nothingIsOverwrittenAndNothingLeaks() throws Exception {
    create();
    cli.run("recovery", "create", "--user", "ann", "-o", wrapPath()).exits(7);
    create("--force");
    String third = create("--force");
    assertEquals(
        3,
        with(third, "recovery", "check", wrapPath(), "--user", "ann", "--json")
            .exits(0)
            .json()
            .required("issue")
            .intValue());
    create("--force", "--issue", "9");
    cli.run("recovery", "create", "--user", "ann", "-o", "-").exits(2);
    cli.run("recovery", "create", "--user", "ann", "--issue", "0").exits(2);
    cli.run("recovery", "create", "nokey", "--user", "ann", "-o", directory + "/x").exits(6);
    assertFalse(Files.exists(directory.resolve("x")));
    cli.run("recovery").exits(2);
    String audit = Files.readString(directory.resolve(".local/state/e2ee/audit.jsonl"));
    assertTrue(audit.contains("recovery code"), audit);
  }
}
