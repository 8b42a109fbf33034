package dev.e2ee.recovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery in the FIPS profile, which a JVM has from its start: {@link RecoveryFipsChild}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class RecoveryFipsTest {
  private static final Argon2Cost FLOOR = new Argon2Cost(19456, 2, 1);

  @TempDir Path folder;

  /** What the child says, by the word before each line's colon. */
  private Map<String, String> child() throws Exception {
    Path output = folder.resolve("output");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-De2ee.engine=fips",
            "-Dorg.bouncycastle.fips.approved_only=true",
            "-cp",
            System.getProperty("java.class.path"),
            RecoveryFipsChild.class.getName(),
            folder.toString());
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String said = Files.readString(output);
    assertEquals(0, exit, said);
    Refused.assertNoSecret(said);
    return said.lines()
        .map(line -> line.split(": ", 2))
        .collect(Collectors.toMap(line -> line[0], line -> line[1]));
  }

  private static void refused(String said, String type, String... named) {
    assertTrue(said.startsWith(type + ": "), said);
    for (String word : named) {
      assertTrue(said.contains(word), said);
    }
  }

  @Test
  void onlyWrapsWithoutACostGoInAndOut() throws Exception {
    RecoveryWrap ours =
        RecoveryWrap.of(RecoveryFipsChild.USER, new E2eeProvider().configure("jdk"));
    RecoveryCode code = RecoveryCode.generate();
    Files.writeString(folder.resolve("code"), new String(code.text()));
    Files.write(folder.resolve("bare"), ours.wrapWithoutCost(Sample.umk(), code, 3));
    Files.write(folder.resolve("costly"), ours.wrap(Sample.umk(), code, 3, FLOOR));
    assertTrue(ours.allowsCost());

    Map<String, String> said = child();
    assertTrue(said.get("engine").contains("approved-only"), said.toString());
    assertEquals("false", said.get("allows a cost"));
    assertEquals("the sample", said.get("opened"));
    assertEquals("the sample", said.get("cipher opened"));
    for (String theirs : List.of("theirs", "theirs by cipher")) {
      byte[] wrap = Files.readAllBytes(folder.resolve(theirs));
      assertTrue(RecoveryWrap.inspect(wrap).cost().isEmpty());
      UserMasterKey back = ours.unwrap(wrap, code, RecoveryFipsChild.ISSUE);
      assertArrayEquals(Sample.umkBytes(), back.getEncoded());
    }

    String inTheFipsProfile = "is not approved in the FIPS profile: take ";
    String notApproved = "NotApprovedException";
    refused(said.get("wrap"), notApproved, inTheFipsProfile, "RecoveryWrap.wrapWithoutCost");
    refused(
        said.get("unwrap"),
        notApproved,
        inTheFipsProfile,
        "engine without the profile",
        "make a new code with RecoveryWrap.wrapWithoutCost");
    refused(
        said.get("cipher init"),
        "InvalidAlgorithmParameterException by " + notApproved,
        inTheFipsProfile,
        "RecoveryWrapParameterSpec.withoutCost");
    refused(
        said.get("cipher unwrap"),
        "InvalidKeyException by " + notApproved,
        inTheFipsProfile,
        "make a new code");
    refused(said.get("altered"), "AEADBadTagException");
    refused(said.get("cut"), "MalformedRecoveryWrapException");
  }
}
