package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.EngineUnavailableException;
import dev.e2ee.testing.Sample;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.CryptoServicesRegistrar;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines by their names: to {@code configure}, in a system property, in {@code java.security}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class EngineNamesTest {
  private static final String FOR_A_SHORT_TIME = "-XX:TieredStopAtLevel=1";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"jdk,SunJCE", "JDK,SunJCE", "bcfips,BCFIPS", "accp,AmazonCorrettoCryptoProvider"})
  void eachIsKnownAndWhatItSealsOpensAnywhere(String name, String provider)
      throws GeneralSecurityException {
    E2eeProvider over = new E2eeProvider().configure(name);
    assertEquals(provider, over.engine().getName());
    assertTrue(over.getInfo().contains("computes with " + provider), over.getInfo());
    byte[] record = Envelope.with(Sample.umk(), over).seal(new byte[9], Sample.context());
    E2eeProvider jdk = new E2eeProvider().configure("jdk");
    assertArrayEquals(new byte[9], Envelope.with(Sample.umk(), jdk).open(record, Sample.context()));
  }

  @Test
  void aRegisteredProviderIsKnownByItsName() {
    Security.addProvider(Conscrypt.newProvider());
    try {
      assertEquals("Conscrypt", new E2eeProvider().configure("Conscrypt").engine().getName());
    } finally {
      Security.removeProvider("Conscrypt");
    }
    var e =
        assertThrows(
            EngineUnavailableException.class, () -> new E2eeProvider().configure("Conscrypt"));
    assertTrue(e.getMessage().contains("jdk, bcfips, fips, accp"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sunjce2", "jdk bcfips"})
  void anUnknownNameIsRefused(String name) {
    assertThrows(EngineUnavailableException.class, () -> new E2eeProvider().configure(name));
  }

  @Test
  void itIsNotItsOwnEngineByNameEither() {
    Security.addProvider(new E2eeProvider());
    try {
      assertThrows(EngineUnavailableException.class, () -> new E2eeProvider().configure("E2EE"));
    } finally {
      Security.removeProvider("E2EE");
    }
  }

  @Test
  void fipsNeedsAnApprovedOnlyJvm() {
    var e =
        assertThrows(EngineUnavailableException.class, () -> new E2eeProvider().configure("fips"));
    assertTrue(e.getMessage().contains("-Dorg.bouncycastle.fips.approved_only=true"), e.toString());
  }

  /** The mode is a thread's; the profile is about all of them. */
  @Test
  void oneApprovedThreadIsNotTheProfile() throws InterruptedException {
    List<Object> seen = new ArrayList<>();
    Thread approved =
        new Thread(
            () -> {
              CryptoServicesRegistrar.setApprovedOnlyMode(true);
              try {
                seen.add(new E2eeProvider().configure("fips"));
              } catch (EngineUnavailableException e) {
                seen.add("refused");
              }
              seen.add(new E2eeProvider().configure("bcfips").isApprovedOnly());
            });
    approved.start();
    approved.join();
    assertEquals(List.of("refused", false), seen);
  }

  /** What a program of its own says of the engine that it was given. */
  private String child(String classPath, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(FOR_A_SHORT_TIME);
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath, EngineChild.class.getName()));
    Path output = folder.resolve("output");
    Process child =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD) // the JDK 25 warns of native code
            .redirectOutput(output.toFile())
            .start();
    child.waitFor();
    return Files.readString(output).strip();
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  @Test
  void theSystemPropertyNamesIt() throws IOException, InterruptedException {
    assertEquals("SunJCE, opened", child(classPath()).replaceFirst(" .*,", ","));
    assertTrue(child(classPath(), "-De2ee.engine=bcfips").startsWith("BCFIPS 2.0102 (native AES"));
    assertTrue(child(classPath(), "-De2ee.engine=accp").startsWith("AmazonCorretto"));
    String unknown = child(classPath(), "-De2ee.engine=opensssl");
    assertTrue(unknown.contains("there is no engine 'opensssl'"), unknown);
  }

  @Test
  void javaSecurityNamesItInBothWays() throws IOException, InterruptedException {
    Path security = folder.resolve("java.security");
    Files.writeString(security, "e2ee.engine=bcfips\n");
    String property = "-Djava.security.properties=" + security;
    assertTrue(child(classPath(), property).startsWith("BCFIPS"));
    assertTrue(child(classPath(), property, "-De2ee.engine=jdk").startsWith("SunJCE"));
    int next = Security.getProviders().length + 1;
    Files.writeString(security, "security.provider." + next + "=E2EE bcfips\n");
    String registered = child(classPath(), property);
    assertTrue(registered.contains("registered over BCFIPS"), registered);
    Files.writeString(security, "security.provider." + next + "=E2EE bcfip\n");
    String misspelt = child(classPath(), property);
    assertTrue(misspelt.contains("there is no engine 'bcfip'"), misspelt);
  }

  @Test
  void approvedOnlyIsSaid() throws IOException, InterruptedException {
    String said =
        child(classPath(), "-De2ee.engine=fips", "-Dorg.bouncycastle.fips.approved_only=true");
    assertTrue(said.startsWith("BCFIPS"), said);
    assertTrue(said.contains("approved-only"), said);
  }

  @Test
  void anEngineThatIsNotThereIsNamedWithWhatToAdd() throws IOException, InterruptedException {
    String without =
        Arrays.stream(classPath().split(File.pathSeparator))
            .filter(entry -> !entry.contains("bc-fips") && !entry.contains("Corretto"))
            .collect(Collectors.joining(File.pathSeparator));
    String bcfips = child(without, "-De2ee.engine=bcfips");
    assertTrue(bcfips.contains("add org.bouncycastle:bc-fips"), bcfips);
    String accp = child(without, "-De2ee.engine=accp");
    assertTrue(accp.contains("add software.amazon.cryptools"), accp);
  }

  /** A mount of its own, gone with the process: root, or user namespaces, can make one. */
  @Test
  void aTemporaryDirectoryWithoutExecutionIsExplained() throws IOException, InterruptedException {
    String mount = "mount -t tmpfs -o noexec,size=64m none " + folder + " && ";
    Process may = new ProcessBuilder("unshare", "-rm", "sh", "-c", mount + "true").start();
    Assumptions.assumeTrue(may.waitFor() == 0, "no mount namespace here: unshare -rm is refused");
    assertTrue(noexec(mount, "").contains("-Dorg.bouncycastle.native.loader.install_dir=DIR"));
    Path elsewhere = Files.createTempDirectory("e2ee-native");
    try {
      String moved = noexec(mount, "-Dorg.bouncycastle.native.loader.install_dir=" + elsewhere);
      assertTrue(moved.startsWith("BCFIPS 2.0102 (native AES"), moved);
    } finally {
      for (File file : elsewhere.toFile().listFiles()) {
        for (File inner : file.isDirectory() ? file.listFiles() : new File[0]) {
          inner.delete();
        }
        file.delete();
      }
      Files.delete(elsewhere);
    }
    String plain = noexec(mount, "-Dorg.bouncycastle.native.cpu_variant=java");
    assertTrue(plain.startsWith("BCFIPS 2.0102 (AES in Java"), plain);
  }

  private String noexec(String mount, String option) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command =
        mount
            + String.join(
                " ",
                java,
                FOR_A_SHORT_TIME,
                "-De2ee.engine=bcfips",
                "-Djava.io.tmpdir=" + folder,
                option,
                "-cp",
                classPath(),
                EngineChild.class.getName());
    Process child =
        new ProcessBuilder("unshare", "-rm", "sh", "-c", command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    child.waitFor();
    return said;
  }
}
