package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real jars, in processes of their own: on the class path, the module path, and in keytool. */
class PackagingTest {
  private static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");

  /** What an application does, with nothing of ours on its compile path. */
  private static final String ROUND_TRIP =
      """
      static void roundTrip() throws Exception {
        var key = new javax.crypto.spec.SecretKeySpec(new byte[32], "AES");
        var seal = javax.crypto.Cipher.getInstance("E2EE-Envelope");
        seal.init(javax.crypto.Cipher.ENCRYPT_MODE, key);
        seal.updateAAD("ctx".getBytes("UTF-8"));
        byte[] envelope = seal.doFinal("hello".getBytes("UTF-8"));
        var open = javax.crypto.Cipher.getInstance("E2EE-Envelope");
        open.init(javax.crypto.Cipher.DECRYPT_MODE, key);
        open.updateAAD("ctx".getBytes("UTF-8"));
        System.out.println(new String(open.doFinal(envelope), "UTF-8") + " from "
            + open.getProvider().getClass().getModule());
      }
      """;

  @TempDir Path directory;

  private static String jars;

  @BeforeAll
  static void findTheJars() throws IOException {
    jars =
        Stream.of("spi", "spi/argon2", "provider", "custody-file")
            .map(PackagingTest::jarOf)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path jarOf(String module) {
    Path target = Path.of("..", module, "target").toAbsolutePath().normalize();
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(f -> f.getFileName().toString().matches("e2ee-[a-z0-9-]+-[0-9].*\\.jar"))
          .filter(f -> !f.getFileName().toString().contains("-sources"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no jar in " + target + ": run mvn verify"));
    } catch (IOException e) {
      throw new AssertionError("no jar in " + target + ": run mvn verify", e);
    }
  }

  private String run(int expectedExit, String tool, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(JAVA_BIN.resolve(tool).toString()));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(expectedExit, process.waitFor(), () -> String.join(" ", command) + "\n" + output);
    return output;
  }

  private Path source(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void addedByAnApplicationOnTheClassPath() throws Exception {
    source(
        "Probe.java",
        "public class Probe { public static void main(String[] a) throws Exception {"
            + " java.security.Security.addProvider(new dev.e2ee.provider.E2eeProvider());"
            + " roundTrip(); }\n"
            + ROUND_TRIP
            + "}");
    assertTrue(run(0, "java", "-cp", jars, "Probe.java").startsWith("hello from unnamed module"));
  }

  @Test
  void foundByServiceLoaderOnTheClassPath() throws Exception {
    source(
        "Probe.java",
        """
        public class Probe {
          public static void main(String[] a) {
            for (var p : java.util.ServiceLoader.load(java.security.Provider.class)) {
              if (p.getName().equals("E2EE")) System.out.println("found " + p.getInfo());
            }
            for (var p : dev.e2ee.spi.Custodies.installed().providers()) {
              System.out.println("custody " + p.scheme());
            }
          }
        }
        """);
    String output = run(0, "java", "-cp", jars, "Probe.java");
    assertTrue(output.contains("found End-to-end"), output);
    assertTrue(output.contains("custody file"), output);
  }

  /** The name E2EE in java.security is resolved by ServiceLoader: the application knows nothing. */
  @Test
  void configuredInJavaSecurityOnTheModulePath() throws Exception {
    String all = run(0, "java", "-XshowSettings:security:providers", "-version");
    int count = (int) all.lines().filter(l -> l.contains("Provider name:")).count();
    Path config =
        source("more.security", "security.provider." + (count == 0 ? 14 : count + 1) + "=E2EE\n");
    source(
        "Probe.java",
        "public class Probe { public static void main(String[] a) throws Exception {"
            + " roundTrip(); }\n"
            + ROUND_TRIP
            + "}");
    String output =
        run(
            0,
            "java",
            "-Djava.security.properties=" + config,
            "-p",
            jars,
            "--add-modules",
            "dev.e2ee.provider",
            "Probe.java");
    assertTrue(output.startsWith("hello from module dev.e2ee.provider"), output);
  }

  @Test
  void requiredByAModule() throws Exception {
    source("module-info.java", "module probe { requires dev.e2ee.provider; }");
    Files.createDirectories(directory.resolve("probe"));
    source(
        "probe/Probe.java",
        "package probe; public class Probe { public static void main(String[] a) throws Exception {"
            + " java.security.Security.addProvider(new dev.e2ee.provider.E2eeProvider());"
            + " roundTrip(); for (var p : dev.e2ee.spi.Custodies.installed().providers())"
            + " System.out.println(p.getClass().getModule()); }\n"
            + ROUND_TRIP
            + "}");
    run(0, "javac", "-p", jars, "-d", "out", "module-info.java", "probe/Probe.java");
    String path = jars + File.pathSeparator + directory.resolve("out");
    String output = run(0, "java", "-p", path, "-m", "probe/probe.Probe");
    assertTrue(output.startsWith("hello from module dev.e2ee.provider"), output);
    assertTrue(output.contains("module dev.e2ee.custody.file"), output);
  }

  @Test
  void takenByKeytool() throws Exception {
    String[] common = {
      "-genkeypair",
      "-alias",
      "a",
      "-keyalg",
      "EC",
      "-dname",
      "CN=a",
      "-storetype",
      "PKCS12",
      "-keystore",
      "store.p12",
      "-storepass",
      "changeit",
      "-providerpath",
      jars,
      "-providerclass"
    };
    run(0, "keytool", append(common, "dev.e2ee.provider.E2eeProvider"));
    String output = run(1, "keytool", append(common, "dev.e2ee.provider.NoSuchProvider"));
    assertTrue(output.contains("NoSuchProvider"), output);
    // E2EE answers for the key algorithm; the PKCS12 store then has no name for such keys.
    String generated =
        run(
            1,
            "keytool",
            append(
                new String[] {
                  "-genseckey",
                  "-alias",
                  "b",
                  "-keyalg",
                  "E2EE-UMK",
                  "-keysize",
                  "128",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  "store.p12",
                  "-storepass",
                  "changeit",
                  "-providerpath",
                  jars,
                  "-providerclass"
                },
                "dev.e2ee.provider.E2eeProvider"));
    assertTrue(generated.contains("256 bits"), generated);
  }

  private static String[] append(String[] first, String last) {
    String[] all = Arrays.copyOf(first, first.length + 1);
    all[first.length] = last;
    return all;
  }

  @Test
  void bringsNoPackageOfBouncyCastlesOwn() throws Exception {
    String output = run(0, "jar", "--describe-module", "--file", jarOf("spi/argon2").toString());
    assertTrue(output.contains("exports dev.e2ee.argon2\n"), output);
    assertTrue(output.lines().noneMatch(l -> l.contains(" org.bouncycastle")), output);
    assertTrue(output.lines().noneMatch(l -> l.startsWith("requires org.")), output);
  }
}
