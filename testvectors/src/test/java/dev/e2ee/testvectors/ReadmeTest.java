package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.internal.jca.ServiceTable;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README says is so. */
class ReadmeTest {
  private static final Set<String> TYPES =
      Set.of(
          "AlgorithmParameters",
          "Cipher",
          "KDF",
          "KEM",
          "KeyAgreement",
          "KeyFactory",
          "KeyGenerator",
          "KeyStore",
          "Mac",
          "SecretKeyFactory",
          "Signature");

  private static String readme() throws Exception {
    return Files.readString(SharedFiles.projectRoot().resolve("README.md"));
  }

  /** The Java program in it whose class has this name. */
  private static String program(String name) throws Exception {
    return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(readme())
        .results()
        .map(block -> block.group(1))
        .filter(block -> block.contains("class " + name + " {"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itsFirstProgramRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Hello.java"), program("Hello"));
    String output = new RealJars(directory).run(0, "java", "-cp", RealJars.path(), "Hello.java");
    assertEquals("hello\n", output);
  }

  @Test
  void itsProgramsWithAKeyFileRun(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Keep.java"), program("Keep"));
    Files.writeString(directory.resolve("Many.java"), program("Many"));
    Path keys = directory.resolve("keys.e2ee");
    try (KeyFile made = KeyFile.create(keys, NewSlot.raw(), CustodyOptions.defaults())) {
      made.generate("default", KeyKind.UMK);
    }
    for (String program : new String[] {"Keep.java", "Many.java"}) {
      String output =
          new RealJars(directory)
              .run(0, "java", "-cp", RealJars.path(), program, CustodyUri.ofFile(keys).canonical());
      assertEquals("hello\n", output, program);
    }
  }

  @Test
  void itsProgramThatMovesRecordsRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Move.java"), program("Move"));
    Path records = Files.createDirectory(directory.resolve("records"));
    Path keys = directory.resolve("keys.e2ee");
    try (KeyFile made = KeyFile.create(keys, NewSlot.raw(), CustodyOptions.defaults())) {
      made.generate("default", KeyKind.UMK);
    }
    String uri = CustodyUri.ofFile(keys).canonical();
    String output =
        new RealJars(directory)
            .run(0, "java", "-cp", RealJars.path(), "Move.java", uri, records.toString());
    assertEquals("true, moved: 1\nhello\n", output);
  }

  @Test
  void itsProgramForAnySizeRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Large.java"), program("Large"));
    Path plain = Files.writeString(directory.resolve("large.txt"), "0123456789".repeat(20_000));
    String output =
        new RealJars(directory)
            .run(0, "java", "-cp", RealJars.path(), "Large.java", plain.toString());
    assertTrue(output.contains(Files.readString(plain)), "does not give back what was sealed");
    assertTrue(output.contains("200000 bytes, complete: true\n"), "says another length");
    assertTrue(output.contains("in the middle: 30313233343536373839303132333435\n"), "other bytes");
  }

  @Test
  void itsProgramForDevicesRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Devices.java"), program("Devices"));
    String output = new RealJars(directory).run(0, "java", "-cp", RealJars.path(), "Devices.java");
    assertEquals(
        """
        both screens show the same: true
        on the phone: UserMasterKey[32 bytes]
        the laptop knows: DevicePublicKeys[phone, X25519, ED25519]
        recovered: true
        """,
        output);
  }

  @Test
  void itsProgramForMembersRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Members.java"), program("Members"));
    for (int run = 1; run <= 2; run++) { // the second finds what the first has left
      String output =
          new RealJars(directory)
              .run(0, "java", "-cp", RealJars.path(), "Members.java", directory.toString());
      assertEquals(
          """
          bob reads: {"text":"hello"}
          without bob: epoch 2, 1 member
          bob is told: REMOVED
          """,
          output,
          "run " + run);
    }
  }

  @Test
  void itsProgramForApiTokensRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Tokens.java"), program("Tokens"));
    String output = new RealJars(directory).run(0, "java", "-cp", RealJars.path(), "Tokens.java");
    assertEquals(
        """
        the server accepts: true
        the program has the key: true
        after a rotation: token 2
        """,
        output);
  }

  @Test
  void itsProgramForInvitesRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Meet.java"), program("Meet"));
    String output = new RealJars(directory).run(0, "java", "-cp", RealJars.path(), "Meet.java");
    assertEquals(
        """
        the phone knows: DevicePublicKeys[laptop, X25519, ED25519], told: collection 7
        the laptop knows: DevicePublicKeys[phone, X25519, ED25519]
        one key: true
        """,
        output);
  }

  @Test
  void itsProgramForStoresRuns(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("Notes.java"), program("Notes"));
    String output = new RealJars(directory).run(0, "java", "-cp", RealJars.path(), "Notes.java");
    assertEquals(
        """
        notes/today: hello
        older: this record has the revision 1, and 2 is remembered: an older one was put back
        generation 2, same name: true
        """,
        output);
  }

  /** KEM and KDF need a later JDK. */
  @Test
  void itsServicesAreTheProviders() throws Exception {
    int release = Runtime.version().feature();
    List<String> documented =
        readme()
            .lines()
            .map(Pattern.compile("\\| ([A-Za-z]+) \\| ([A-Za-z0-9/, -]+) \\|.*")::matcher)
            .filter(row -> row.matches() && TYPES.contains(row.group(1)))
            .filter(row -> !row.group(1).equals("KEM") || release >= 21)
            .filter(row -> !row.group(1).equals("KDF") || release >= 25)
            .flatMap(
                row ->
                    Stream.of(row.group(2).split(", ", -1)).map(name -> row.group(1) + " " + name))
            .sorted()
            .toList();
    assertEquals(
        ServiceTable.rows().stream().map(r -> r.type() + " " + r.algorithm()).sorted().toList(),
        documented);
  }

  @Test
  void theTestsThatSecurityNamesAreThere() throws Exception {
    String security = Files.readString(SharedFiles.projectRoot().resolve("SECURITY.md"));
    List<String> named =
        Pattern.compile("`([A-Z][A-Za-z0-9]+Test)\\b")
            .matcher(security)
            .results()
            .map(r -> r.group(1) + ".java")
            .distinct()
            .toList();
    assertTrue(named.size() > 5, named::toString);
    try (var files = Files.walk(SharedFiles.projectRoot())) {
      List<String> tests =
          files
              .map(Path::toString)
              .filter(f -> f.contains("/src/test/"))
              .map(f -> f.substring(f.lastIndexOf('/') + 1))
              .toList();
      assertEquals(List.of(), named.stream().filter(n -> !tests.contains(n)).toList());
    }
  }
}
