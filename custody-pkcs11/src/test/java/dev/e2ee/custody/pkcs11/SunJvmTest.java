package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.jvm.OneUse;
import dev.e2ee.spi.CustodyUri;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM must be started with for each binding, and what it then does without. */
class SunJvmTest {
  private static final String FUNCTIONS = "jdk.crypto.cryptoki/sun.security.pkcs11.wrapper=";
  private static final String MEMORY = "java.base/sun.nio.ch=";
  private static final String OURS = "dev.e2ee.custody.pkcs11";

  private RealToken.Made token;

  @BeforeEach
  void token() throws Exception {
    token = RealToken.SOFTHSM.make(Binding.SUN);
  }

  private static String withoutWrapper() {
    return Arrays.stream(Jvm.classPath().split(File.pathSeparator))
        .filter(entry -> !entry.contains("ipkcs11wrapper") && !entry.contains("/jna"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path homeOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static String modules() throws URISyntaxException {
    return homeOf(CustodyUri.class) + File.pathSeparator + homeOf(Pkcs11Provider.class);
  }

  private static String libraries() throws Exception {
    return homeOf(Class.forName("org.xipki.pkcs11.wrapper.PKCS11Module"))
        + File.pathSeparator
        + homeOf(Class.forName("com.sun.jna.Native"));
  }

  private String use(Binding binding, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of(options));
    words.add(OneUse.class.getName());
    words.add(token.through(binding).uri().canonical());
    words.add(RealToken.PIN);
    return Jvm.said(words.toArray(new String[0]));
  }

  @Test
  void withTheOptionsTheLibraryIsNeverTouched() throws Exception {
    String output =
        use(
            Binding.SUN,
            "-verbose:class",
            "--add-exports",
            FUNCTIONS + "ALL-UNNAMED",
            "--add-exports",
            MEMORY + "ALL-UNNAMED",
            "-cp",
            Jvm.classPath());
    assertTrue(output.contains("used in unnamed module"), output);
    assertTrue(output.contains(" sun.security.pkcs11.wrapper.PKCS11 "), "no classes were told");
    assertFalse(
        output.contains(" org.xipki.")
            || output.contains(" iaik.")
            || output.contains(" com.sun.jna."),
        output);
    assertFalse(output.contains("WARNING"), "no native access is asked for");
  }

  @Test
  void theLibraryMayBeAbsent() throws Exception {
    String output =
        use(
            Binding.SUN,
            "--add-exports",
            FUNCTIONS + "ALL-UNNAMED",
            "--add-exports",
            MEMORY + "ALL-UNNAMED",
            "-cp",
            withoutWrapper());
    assertTrue(output.matches("(?s)used in unnamed module.*: true\\s*"), output);
    String other = use(Binding.IPKCS11WRAPPER, "-cp", withoutWrapper());
    assertTrue(other.startsWith("UNSUPPORTED: "), other);
    assertTrue(other.contains("binding=sun"), other);
  }

  /** As README says of programs that are jars. */
  @Test
  void aJarAsksForThemInItsManifest(@TempDir Path directory) throws Exception {
    Manifest manifest = new Manifest();
    Attributes lines = manifest.getMainAttributes();
    lines.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    lines.put(Attributes.Name.MAIN_CLASS, OneUse.class.getName());
    lines.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(withoutWrapper().split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    lines.putValue("Add-Exports", (FUNCTIONS + " " + MEMORY).replace("=", ""));
    Path jar = directory.resolve("program.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    String output = Jvm.said("-jar", jar.toString(), token.uri().canonical(), RealToken.PIN);
    assertTrue(output.matches("(?s)used in unnamed module.*: true\\s*"), output);
  }

  @Test
  void withoutTheOptionsTheyAreNamed() throws Exception {
    String none = use(Binding.SUN, "-cp", withoutWrapper());
    assertTrue(none.startsWith("UNSUPPORTED: "), none);
    assertTrue(none.contains(" --add-exports " + FUNCTIONS + "ALL-UNNAMED"), none);
    assertTrue(none.contains(" --add-exports " + MEMORY + "ALL-UNNAMED"), none);
    String half =
        use(Binding.SUN, "--add-exports", FUNCTIONS + "ALL-UNNAMED", "-cp", withoutWrapper());
    assertTrue(half.contains(" --add-exports " + MEMORY + "ALL-UNNAMED"), half);
    assertFalse(half.contains(FUNCTIONS), half);
  }

  @Test
  void aJavaWithoutTheJdksFunctionsSaysSo() throws Exception {
    String output =
        use(Binding.SUN, "--limit-modules", "java.base,java.logging", "-cp", withoutWrapper());
    assertTrue(output.startsWith("UNSUPPORTED: "), output);
    assertTrue(output.contains("--add-modules jdk.crypto.cryptoki"), output);
  }

  @Test
  void onTheModulePathTheyAreForOurModuleAlone() throws Exception {
    Path tests = homeOf(SunJvmTest.class);
    String output =
        use(
            Binding.SUN,
            "--add-exports",
            FUNCTIONS + OURS,
            "--add-exports",
            MEMORY + OURS,
            "-p",
            modules(),
            "--add-modules",
            OURS,
            "-cp",
            tests.toString());
    assertTrue(output.matches("(?s)used in module " + OURS + ".*: true\\s*"), output);
    String none = use(Binding.SUN, "-p", modules(), "--add-modules", OURS, "-cp", tests.toString());
    assertTrue(none.contains(" --add-exports " + FUNCTIONS + OURS), none);
    assertTrue(none.contains(" --add-exports " + MEMORY + OURS), none);
  }

  @Test
  void onTheModulePathTheLibraryIsAddedByName() throws Exception {
    String tests = homeOf(SunJvmTest.class).toString();
    String path = modules() + File.pathSeparator + libraries();
    String absent = use(Binding.IPKCS11WRAPPER, "-p", path, "--add-modules", OURS, "-cp", tests);
    assertTrue(absent.contains("--add-modules ipkcs11wrapper,com.sun.jna"), absent);
    String output =
        use(
            Binding.IPKCS11WRAPPER,
            "-p",
            path,
            "--add-modules",
            OURS + ",ipkcs11wrapper,com.sun.jna",
            "-cp",
            tests);
    assertTrue(output.contains("used in module " + OURS), output);
  }
}
