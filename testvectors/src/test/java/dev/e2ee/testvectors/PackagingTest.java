package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real RealJars.path(), in processes of their own: on the class path, the module path, and in
 * keytool.
 */
class PackagingTest {
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

  /** Argon2id and all that it needs must be found on the module path too. */
  private static final String PASSPHRASE =
      """
      static void passphrase() throws Exception {
        java.nio.file.Files.setPosixFilePermissions(java.nio.file.Path.of("."),
            java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        try (var secret = dev.e2ee.custody.file.Passphrase.of("correct horse".toCharArray());
            var keys = dev.e2ee.custody.file.KeyFile.create(java.nio.file.Path.of("keys.e2ee"),
                dev.e2ee.custody.file.NewSlot.passphrase(secret,
                    dev.e2ee.argon2.Argon2Cost.DEFAULT),
                dev.e2ee.spi.CustodyOptions.defaults())) {
          var key = keys.generate("default", dev.e2ee.spi.key.KeyKind.UMK).description();
          System.out.println("generation " + key.generation() + " of " + key.residency());
        }
      }
      """;

  @TempDir Path directory;

  private String run(int expectedExit, String tool, String... arguments) throws Exception {
    return new RealJars(directory).run(expectedExit, tool, arguments);
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
    assertTrue(
        run(0, "java", "-cp", RealJars.path(), "Probe.java")
            .startsWith("hello from unnamed module"));
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
    String output = run(0, "java", "-cp", RealJars.path(), "Probe.java");
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
            RealJars.path(),
            "--add-modules",
            "dev.e2ee.provider",
            "Probe.java");
    assertTrue(output.startsWith("hello from module dev.e2ee.provider"), output);
  }

  @Test
  void requiredByAModule() throws Exception {
    source(
        "module-info.java",
        "module probe { requires dev.e2ee.provider; requires dev.e2ee.custody.file; }");
    Files.createDirectories(directory.resolve("probe"));
    source(
        "probe/Probe.java",
        "package probe; public class Probe { public static void main(String[] a) throws Exception {"
            + " java.security.Security.addProvider(new dev.e2ee.provider.E2eeProvider());"
            + " roundTrip(); passphrase(); for (var p : dev.e2ee.spi.Custodies.installed().providers())"
            + " System.out.println(p.getClass().getModule()); }\n"
            + ROUND_TRIP
            + PASSPHRASE
            + "}");
    run(0, "javac", "-p", RealJars.path(), "-d", "out", "module-info.java", "probe/Probe.java");
    String path = RealJars.path() + File.pathSeparator + directory.resolve("out");
    String output = run(0, "java", "-p", path, "-m", "probe/probe.Probe");
    assertTrue(output.startsWith("hello from module dev.e2ee.provider"), output);
    assertTrue(output.contains("module dev.e2ee.custody.file"), output);
    assertTrue(output.contains("generation 1 of MEMORY"), output);
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
      RealJars.path(),
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
                  RealJars.path(),
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
    String output =
        run(0, "jar", "--describe-module", "--file", RealJars.of("spi/argon2").toString());
    assertTrue(output.contains("exports dev.e2ee.argon2\n"), output);
    assertTrue(output.lines().noneMatch(l -> l.contains(" org.bouncycastle")), output);
    assertTrue(output.lines().noneMatch(l -> l.startsWith("requires org.")), output);
  }
}
