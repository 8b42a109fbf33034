package dev.e2ee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenVerifier;
import dev.e2ee.token.ApiTokenWrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code token create}, {@code check}, {@code rotate} and {@code show}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class ApiTokenCommandsTest {
  private static final String SERVER = "https://api.example.org";

  @TempDir Path directory;

  private Cli cli;

  @BeforeEach
  void makeKeys() throws Exception {
    cli = new Cli(directory).initRaw();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private Cli.Result run(Stream<String> first, String... more) {
    return cli.run(Stream.concat(first, Stream.of(more)).toArray(String[]::new));
  }

  /** The token, as it was printed. */
  private String create(String wrap, String... more) {
    return run(Stream.of("token", "create", "--user", "ann", "-o", path(wrap)), more)
        .exits(0)
        .text()
        .strip();
  }

  private Cli.Result with(String token, String... arguments) throws IOException {
    String file = cli.write("given", token + "\n").toString();
    return run(Stream.of(arguments), "--token-file", file);
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  /** What a program does that has the token and the wrap, and no key store. */
  @Test
  void aProgramOpensWhatTheKeySealed() throws Exception {
    Path plain = cli.write("plain", "hello");
    cli.run("seal", plain.toString(), "--user", "ann", "--type", "t", "--id", "1").exits(0);
    String text = create("wrap");
    assertTrue(text.matches("e2ee_[A-Za-z0-9_-]{48}"), "its form");
    try (ApiToken token = ApiToken.parse(text.toCharArray());
        Envelope envelope = Envelope.with(ApiTokenWrap.of("ann").unwrap(bytes("wrap"), token, 1))) {
      assertArrayEquals(
          "hello".getBytes(UTF_8),
          envelope.open(bytes("plain.e2ee"), RecordContext.of("ann", "t", "1")));
    }
    JsonNode checked =
        with(text, "token", "check", path("wrap"), "--user", "ann", "--json").exits(0).json();
    assertTrue(checked.required("opens").booleanValue());
    assertEquals(1, checked.required("issue").intValue());
    String audit = Files.readString(directory.resolve(".local/state/e2ee/audit.jsonl"));
    assertTrue(audit.contains("API token"), audit);
    assertFalse(audit.contains(text.substring(10)), "shows the token");
  }

  @Test
  void rotationGivesAnotherTokenForTheSameKey() throws Exception {
    String old = create("wrap");
    String next =
        with(old, "token", "rotate", path("wrap"), "--user", "ann", "-o", path("next"))
            .exits(0)
            .text()
            .strip();
    assertNotEquals(old, next);
    ApiTokenWrap.Info before = ApiTokenWrap.inspect(bytes("wrap"));
    ApiTokenWrap.Info after = ApiTokenWrap.inspect(bytes("next"));
    assertEquals(2, after.issue());
    assertEquals(before.keyId(), after.keyId());
    with(next, "token", "check", path("next"), "--user", "ann").exits(0);
    Cli.Result mixed = with(old, "token", "check", path("next"), "--user", "ann").exits(3);
    assertTrue(mixed.err().contains(after.tokenId().toString()), mixed.err());
    // The old one is the server's to delete.
    with(old, "token", "check", path("wrap"), "--user", "ann").exits(0);
    String[] again = {"token", "rotate", path("wrap"), "--user", "ann", "-o", path("more")};
    with(
            old,
            Stream.concat(Stream.of(again), Stream.of("--minimum-issue", "2"))
                .toArray(String[]::new))
        .exits(3);
    with(next, again).exits(3);
    assertFalse(Files.exists(directory.resolve("more")));
    JsonNode json =
        with(old, Stream.concat(Stream.of(again), Stream.of("--json")).toArray(String[]::new))
            .exits(0)
            .json();
    assertEquals(before.tokenId().toString(), json.required("replaces").textValue());
    assertEquals(2, json.required("issue").intValue());
  }

  /** A process that is killed between the two would else leave neither token with its wrap. */
  @Test
  void rotationTakesTheOldOnesPlaceOnlyElsewhere() throws Exception {
    String old = create("wrap");
    byte[] wrap = bytes("wrap");
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("wrap"));
    String[] rotate = {"token", "rotate", path("wrap"), "--user", "ann", "--force", "-o"};
    for (String same : List.of(path("wrap"), path("./wrap"), path("link"))) {
      with(old, Stream.concat(Stream.of(rotate), Stream.of(same)).toArray(String[]::new)).exits(2);
    }
    Stream<String> overTheToken =
        Stream.concat(Stream.of(rotate), Stream.of(path("next"), "--token-to", path("given")));
    with(old, overTheToken.toArray(String[]::new)).exits(2);
    assertArrayEquals(wrap, bytes("wrap"));
    assertEquals(old + "\n", Files.readString(directory.resolve("given")));
    assertFalse(Files.exists(directory.resolve("next")));
  }

  @Test
  void showTellsWhatIsPublicAndNothingElse() throws Exception {
    String text = create("wrap");
    Cli.Result bare = with(text, "token", "show").exits(0);
    try (ApiToken token = ApiToken.parse(text.toCharArray())) {
      assertEquals("tokenId   " + token.id(), bare.text().strip());
      JsonNode json = with(text, "token", "show", "--audience", SERVER, "--json").exits(0).json();
      byte[] verifier = HexFormat.of().parseHex(json.required("verifier").textValue());
      assertArrayEquals(token.verifier(SERVER).toBytes(), verifier);
      Cli.Result sent =
          with(text, "token", "show", "--audience", SERVER, "--auth-to", path("auth")).exits(0);
      byte[] auth = HexFormat.of().parseHex(Files.readString(directory.resolve("auth")).strip());
      assertTrue(ApiTokenVerifier.of(verifier).accepts(auth));
      assertEquals("rw-------", mode("auth"));
      for (Cli.Result shown : List.of(bare, sent)) {
        String all = shown.text() + shown.err();
        assertFalse(all.contains(text.substring(10)), "shows the token");
        assertFalse(all.contains(HexFormat.of().formatHex(auth)), "shows auth");
      }
      Cli.Result piped =
          with(text, "token", "show", "--audience", SERVER, "--auth-to", "-").exits(0);
      assertEquals(HexFormat.of().formatHex(auth) + "\n", piped.text());
    }
    with(text, "token", "show", "--audience", SERVER, "--auth-to", path("auth")).exits(7);
    with(text, "token", "show", "--auth-to", path("x")).exits(2);
    with(text, "token", "show", "--audience", "").exits(2);
    with(text, "token", "show", "--audience", SERVER, "--auth-to", "-", "--json").exits(2);
    cli.onTerminal();
    with(text, "token", "show", "--audience", SERVER, "--auth-to", "-").exits(7);
    assertFalse(Files.exists(directory.resolve("x")));
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }

  @Test
  void aDamagedTokenAndAWrongFileAreToldApart() throws Exception {
    String text = create("wrap");
    String damaged = text.substring(0, 52) + (text.charAt(52) == 'A' ? 'B' : 'A');
    Cli.Result told = with(damaged, "token", "check", path("wrap"), "--user", "ann").exits(5);
    assertTrue(told.err().contains("damaged"), told.err());
    assertFalse(told.err().contains(text.substring(10, 30)), "shows the token");
    Cli.Result one = with("sk-ac-some-plain-secret", "token", "show").exits(5);
    assertTrue(one.err().contains("AcontextToken"), one.err());
    with(text, "token", "check", path("wrap"), "--user", "bob").exits(3);
    with(text, "token", "check", path("wrap"), "--user", "").exits(2);
    Path altered = cli.write("altered", Cli.withBitFlipped(bytes("wrap"), 100));
    with(text, "token", "check", altered.toString(), "--user", "ann").exits(3);
    Path none = cli.write("none", "no wrap");
    with(text, "token", "check", none.toString(), "--user", "ann").exits(3);
    with(text, "token", "rotate", none.toString(), "--user", "ann", "-o", path("x")).exits(3);
    with(text, "token", "check", path("missing"), "--user", "ann").exits(7);
    Cli.Result argument = with(text, "token", "check", text, "--user", "ann").exits(2);
    assertFalse(argument.err().contains(text.substring(10, 30)), "shows the token");
  }

  /** [apitoken-13] A number comes from a file that a server may have written. */
  @Test
  void noNumberFollowsTheLast() throws Exception {
    String old = create("wrap", "--issue", "2147483647");
    String[] again = {"token", "create", "--user", "ann", "-o", path("wrap"), "--force"};
    Cli.Result told = cli.run(again).exits(2);
    assertTrue(told.err().contains("nobody has verified"), told.err());
    String[] rotate = {"token", "rotate", path("wrap"), "--user", "ann", "-o", path("next")};
    with(old, rotate).exits(2);
    assertFalse(Files.exists(directory.resolve("next")));
    create("wrap", "--force", "--issue", "5");
  }

  /** [apitoken-13] A user with several tokens gives the number. */
  @Test
  void aRotationTakesANumber() throws Exception {
    String old = create("wrap");
    String[] rotate = {
      "token", "rotate", path("wrap"), "--user", "ann", "-o", path("next"), "--issue"
    };
    with(old, Stream.concat(Stream.of(rotate), Stream.of("1")).toArray(String[]::new)).exits(2);
    String next =
        with(old, Stream.concat(Stream.of(rotate), Stream.of("7")).toArray(String[]::new))
            .exits(0)
            .text()
            .strip();
    assertEquals(7, ApiTokenWrap.inspect(bytes("next")).issue());
    String[] check = {"token", "check", path("next"), "--user", "ann", "--minimum-issue"};
    with(next, Stream.concat(Stream.of(check), Stream.of("7")).toArray(String[]::new)).exits(0);
    with(next, Stream.concat(Stream.of(check), Stream.of("8")).toArray(String[]::new)).exits(3);
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    create("wrap");
    byte[] first = bytes("wrap");
    cli.run("token", "create", "--user", "ann", "-o", path("wrap")).exits(7);
    assertArrayEquals(first, bytes("wrap"));
    create("wrap", "--force");
    assertEquals(2, ApiTokenWrap.inspect(bytes("wrap")).issue());
    create("wrap", "--force", "--issue", "9");
    assertEquals(9, ApiTokenWrap.inspect(bytes("wrap")).issue());
    String[] create = {"token", "create", "--user", "ann"};
    run(Stream.of(create), "-o", "-").exits(2);
    run(Stream.of(create), "-o", path("y"), "--token-to", path("y")).exits(2);
    run(Stream.of(create), "-o", path("y"), "--issue", "0").exits(2);
    run(Stream.of(create), "-o", path("y"), "--token-to", path("wrap")).exits(7);
    cli.run("token", "create", "nokey", "--user", "ann", "-o", path("y")).exits(6);
    assertFalse(Files.exists(directory.resolve("y")));
    cli.run("token").exits(2);
  }

  /** A process of its own, with files as a program has them. */
  @Test
  void aTokenGoesThroughFilesThatOnlyItsOwnerReads() throws Exception {
    CliProcess.Answer made =
        CliProcess.shell(
            directory,
            "\"$@\" token create --user ann --token-to t -o w"
                + " && \"$@\" token check w --user ann --token-fd 3 --json 3<t");
    assertEquals(0, made.exit(), made.err());
    assertTrue(made.out().contains("\"opens\" : true"), made.out());
    String text = Files.readString(directory.resolve("t"));
    assertTrue(text.matches("e2ee_[A-Za-z0-9_-]{48}\n"), "its form");
    assertEquals("rw-------", mode("t"));
    assertEquals("rw-------", mode("w"));
    assertFalse((made.out() + made.err()).contains(text.substring(10, 40)), "shows the token");
    Files.setPosixFilePermissions(
        directory.resolve("t"), PosixFilePermissions.fromString("rw-r--r--"));
    cli.run("token", "show", "--token-file", path("t")).exits(6);
  }

  @Test
  void inTheFipsProfileItDoesTheSame() throws Exception {
    CliProcess.Answer made =
        CliProcess.inTheProfile(
            directory, "token", "create", "--user", "ann", "-o", path("wrap"), "--json");
    assertEquals(0, made.exit(), made.err());
    String text =
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree(made.out())
            .required("token")
            .textValue();
    with(text, "token", "check", path("wrap"), "--user", "ann").exits(0);
  }
}
