package dev.e2ee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code invite create}, {@code accept} and {@code receive}, by two devices and files between. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class InviteCommandsTest {
  @TempDir Path directory;

  private Cli ann;
  private Cli bob;

  @BeforeEach
  void makeDevices() throws Exception {
    ann = device("ann");
    bob = device("bob");
  }

  private Cli device(String name) throws IOException {
    Cli cli = new Cli(Files.createDirectory(directory.resolve(name))).initRaw();
    cli.run("device", "init", "laptop", "--user", name, "--curve25519").exits(0);
    return cli;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private String create() {
    return ann.run("invite", "create", "--minutes", "10").exits(0).text().strip();
  }

  private Cli.Result accept(Cli cli, String code, String request) throws IOException {
    String file = cli.write("code", code + "\n").toString();
    return cli.run("invite", "accept", "--code-file", file, "-o", path(request));
  }

  private Cli.Result receive(Cli cli, String message, String... more) {
    List<String> all = new ArrayList<>(List.of("invite", "receive", path(message)));
    all.addAll(List.of(more));
    return cli.run(all.toArray(String[]::new));
  }

  @Test
  void bothHaveTheOthersKeysAndOneKey() throws Exception {
    String code = create();
    assertTrue(code.matches("([0-9A-Z]{4}-){9}[0-9A-Z]{4}"), code);
    accept(bob, code, "request").exits(0);
    String answered = receive(ann, "request", "-o", path("answer")).exits(0).text();
    assertTrue(answered.contains("'laptop' has accepted"), answered);
    JsonNode bobs =
        receive(bob, "answer", "-o", path("confirmation"), "--key", "shared", "--json")
            .exits(0)
            .json();
    JsonNode anns = receive(ann, "confirmation", "--key", "shared", "--json").exits(0).json();
    assertEquals("shared", bobs.required("key").textValue());
    assertEquals(keys(ann), bobs.required("signer").textValue());
    assertEquals(keys(bob), anns.required("signer").textValue());
    Path plain = ann.write("plain", "hello");
    String[] record = {"--user", "both", "--type", "t", "--id", "1"};
    run(ann, record, "seal", plain.toString(), "--key", "shared", "-o", path("sealed")).exits(0);
    assertArrayEquals(
        "hello".getBytes(UTF_8),
        run(bob, record, "open", path("sealed"), "-o", "-").exits(0).out());
  }

  private static String keys(Cli cli) throws IOException {
    return cli.run("keyring", "keys", "--json").exits(0).json().required("signer").textValue();
  }

  private static Cli.Result run(Cli cli, String[] record, String... first) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(record));
    return cli.run(all.toArray(String[]::new));
  }

  /** A message that was lost is made again from what was kept. */
  @Test
  void theSameMessageAgainGivesTheSame() throws Exception {
    accept(bob, create(), "request").exits(0);
    receive(ann, "request", "-o", path("answer")).exits(0);
    receive(ann, "request", "-o", path("again")).exits(0);
    assertArrayEquals(
        Files.readAllBytes(Path.of(path("answer"))), Files.readAllBytes(Path.of(path("again"))));
    String there = receive(bob, "answer", "-o", path("confirmation")).exits(0).text();
    receive(bob, "again", "-o", path("confirmation2")).exits(0);
    receive(ann, "confirmation").exits(0);
    String here = receive(ann, "confirmation2").exits(0).text();
    assertTrue(here.contains("was not kept. To keep it: " + kept("confirmation2", "")), here);
    String again = " -o " + path("confirmation") + " --force";
    assertTrue(there.contains("was not kept. To keep it: " + kept("answer", again)), there);
    receive(bob, "answer", "-o", path("confirmation"), "--force", "--key", "late").exits(0);
    String late = receive(ann, "confirmation2", "--key", "late").exits(0).text();
    assertFalse(late.contains("not kept"), late);
  }

  private String kept(String message, String output) {
    return "e2ee invite receive " + path(message) + output + " --key NAME";
  }

  /** [invite-14] A device that accepts twice goes on with its one request. */
  @Test
  void acceptingAgainGivesTheSameRequest() throws Exception {
    String code = create();
    accept(bob, code, "request").exits(0);
    receive(ann, "request", "-o", path("answer")).exits(0);
    accept(bob, code, "again").exits(0);
    assertArrayEquals(
        Files.readAllBytes(Path.of(path("request"))), Files.readAllBytes(Path.of(path("again"))));
    receive(bob, "answer", "-o", path("confirmation")).exits(0);
    accept(bob, code, "late").exits(0);
    receive(ann, "late", "-o", path("answered")).exits(0);
    receive(ann, "confirmation").exits(0);
  }

  /** [invite-17] */
  @Test
  void aCodeThatLeakedIsRevoked() throws Exception {
    Cli.Result made = ann.run("invite", "create", "--minutes", "10", "--json").exits(0);
    String code = made.json().required("code").textValue();
    String id = made.json().required("invite").textValue();
    accept(bob, code, "request").exits(0);
    JsonNode listed = ann.run("invite", "list", "--json").exits(0).json();
    assertEquals(1, listed.size());
    assertEquals(id, listed.get(0).required("invite").textValue());
    assertEquals("open", listed.get(0).required("state").textValue());
    assertTrue(ann.run("invite", "list").exits(0).text().contains("made      open"));
    assertTrue(bob.run("invite", "list").exits(0).text().contains("accepted  open"));
    ann.run("invite", "revoke", "nonsense").exits(2);
    bob.run("invite", "revoke", id).exits(6); // it has accepted it only
    ann.run("invite", "revoke", id).exits(0);
    String twice = ann.run("invite", "revoke", id).exits(0).text();
    assertTrue(twice.contains("had ended before"), twice);
    JsonNode json = ann.run("invite", "revoke", id, "--json").exits(0).json();
    assertTrue(json.required("alreadyEnded").booleanValue());
    Cli.Result ended = receive(ann, "request", "-o", path("answer")).exits(3);
    assertTrue(ended.err().contains("has ended"), ended.err());
    assertFalse(Files.exists(Path.of(path("answer"))));
    assertTrue(ann.run("invite", "list").exits(0).text().contains("ended"));
  }

  /** [invite-17] Who has accepted is named, since it may have been given something. */
  @Test
  void aUsedInviteIsRevokedToo() throws Exception {
    accept(bob, create(), "request").exits(0);
    receive(ann, "request", "-o", path("answer")).exits(0);
    receive(bob, "answer", "-o", path("confirmation")).exits(0);
    JsonNode used = ann.run("invite", "list", "--json").exits(0).json().get(0);
    assertEquals("used", used.required("state").textValue());
    assertEquals("laptop", used.required("device").textValue());
    String id = used.required("invite").textValue();
    String told = ann.run("invite", "revoke", id).exits(0).text();
    assertTrue(told.contains("'laptop' has accepted it before"), told);
    receive(ann, "confirmation").exits(6);
  }

  @Test
  void aDeviceDoesNotAcceptItsOwnInvite() throws Exception {
    String code = create();
    Cli.Result own = accept(ann, code, "own").exits(6);
    assertTrue(own.err().contains("has made the invite itself"), own.err());
    assertFalse(Files.exists(Path.of(path("own"))));
    assertEquals(1, ann.run("invite", "list", "--json").exits(0).json().size());
    accept(bob, code, "request").exits(0);
    receive(ann, "request", "-o", path("answer")).exits(0);
  }

  @Test
  void aNewDeviceHasNoneOfTheOldOnesInvitesAndPins() throws Exception {
    create();
    ann.run("keyring", "pin", "notes", keys(bob)).exits(0);
    ann.run("device", "init", "laptop", "--user", "ann", "--curve25519", "--force").exits(0);
    assertEquals("no invite", ann.run("invite", "list").exits(0).text().strip());
    assertEquals("no signer is pinned", ann.run("keyring", "pin", "notes").exits(0).text().strip());
  }

  @Test
  void aSecondDeviceWithTheCodeEndsIt() throws Exception {
    Cli carol = device("carol");
    String code = create();
    accept(bob, code, "request").exits(0);
    accept(carol, code, "other").exits(0);
    receive(ann, "request", "-o", path("answer")).exits(0);
    Cli.Result used = receive(ann, "other", "-o", path("second")).exits(3);
    assertTrue(used.err().contains("somebody else may know it"), used.err());
    assertFalse(Files.exists(Path.of(path("second"))));
    receive(bob, "answer", "-o", path("confirmation")).exits(0);
    Cli.Result ended = receive(ann, "confirmation").exits(6);
    assertTrue(ended.err().contains("has ended"), ended.err());
  }

  @Test
  void whatIsAlteredIsRefusedAndCostsNothing() throws Exception {
    accept(bob, create(), "request").exits(0);
    byte[] request = Files.readAllBytes(Path.of(path("request")));
    Files.write(Path.of(path("altered")), Cli.withBitFlipped(request, request.length - 1));
    receive(ann, "altered", "-o", path("answer")).exits(3);
    Files.write(Path.of(path("other")), Cli.withBitFlipped(request, 10));
    receive(ann, "other", "-o", path("answer")).exits(6);
    Files.writeString(Path.of(path("nothing")), "nothing");
    receive(ann, "nothing", "-o", path("answer")).exits(3);
    receive(ann, "request").exits(2);
    receive(ann, "request", "-o", path("answer")).exits(0);
  }

  @Test
  void aCodeThatIsNoneIsToldBeforeAnythingIsSent() throws Exception {
    String code = create();
    String mistyped =
        (code.charAt(5) == 'Z'
            ? code.replace('Z', 'Y')
            : code.substring(0, 5) + "Z" + code.substring(6));
    accept(bob, mistyped, "request").exits(5);
    String recovery =
        ann.run("recovery", "create", "--user", "ann", "-o", path("recovery"))
            .exits(0)
            .text()
            .strip();
    Cli.Result told = accept(bob, recovery, "request").exits(5);
    assertTrue(told.err().contains("recovery"), told.err());
    assertFalse(Files.exists(Path.of(path("request"))));
    ann.run("invite", "create", "--minutes", "0").exits(2);
    Path empty = bob.write("empty", "");
    String[] words = {"invite", "accept", "-o", path("request"), "--code-file", empty.toString()};
    assertTrue(bob.run(words).exits(5).err().contains("the code from " + empty + " is empty"));
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(bob.run(words).exits(6).err().contains("the code file " + empty + " is open"));
  }

  /** It may be another device's, or damaged; a person decides. */
  @Test
  void aFileThatDoesNotOpenIsNamedAndPassedOver() throws Exception {
    create();
    Path file;
    try (Stream<Path> all = Files.walk(directory.resolve("ann"))) {
      file = all.filter(path -> path.toString().endsWith(".inviter")).findFirst().orElseThrow();
    }
    byte[] damaged = Cli.withBitFlipped(Files.readAllBytes(file), 100);
    Files.write(file, damaged);
    Path unreadable = Files.createDirectory(file.resolveSibling("00.accepter"));
    String code = ann.run("invite", "create").exits(0).text().strip();
    Cli.Result listed = ann.run("invite", "list", "--json").exits(0);
    assertEquals(1, listed.json().size(), listed.out()::toString);
    String accepted = accept(bob, code, "request").exits(0).err();
    assertEquals("", accepted);
    for (Path one : List.of(file, unreadable)) {
      assertTrue(listed.err().contains("an invite is passed over: "), listed.err());
      assertEquals(1, listed.err().split(one.toString(), -1).length - 1, listed.err());
    }
    assertArrayEquals(damaged, Files.readAllBytes(file));
    receive(ann, "request", "-o", path("answer")).exits(0);
  }
}
