package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets both
@Tag("once")
class ConformanceCommandTest {
  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void home() throws IOException {
    cli = new Cli(home);
  }

  @Test
  void e2eeAloneIsTheDefault() throws IOException {
    JsonNode said = cli.run("conformance", "--files", "aes_*", "--json").exits(0).json();
    assertEquals(316 + 165 + 254, said.required("tests").intValue());
    assertEquals(0, said.required("deviations").intValue());
    JsonNode column = said.required("columns").get(0);
    assertEquals("e2ee", column.required("id").textValue());
    assertEquals(622, column.required("passed").intValue());
    assertEquals(113, column.required("unsupported").intValue());
    assertTrue(column.required("info").get(0).textValue().contains("computes with SunJCE"));
    assertEquals(1, said.required("columns").size());
  }

  @Test
  void aReportIsThreeFiles() throws IOException {
    Path directory = home.resolve("new/report");
    String said =
        cli.run("conformance", "--files", "hmac_sha256*", "--report", directory.toString())
            .exits(0)
            .text();
    assertTrue(said.contains(directory.resolve("index.html").toString()), said);
    assertEquals(List.of("conformance.json", "index.html", "junit.xml"), Cli.names(directory));
    JsonNode report = new ObjectMapper().readTree(directory.resolve("conformance.json").toFile());
    assertEquals(174, report.required("files").get(0).required("tests").size());
    assertFalse(Files.readString(directory.resolve("index.html")).contains("the report's data"));
  }

  /** In its own jar, as somebody else's provider is. */
  private String lenient() throws IOException {
    Files.createDirectories(home.resolve("classes"));
    Path source = home.resolve("Lenient.java");
    Files.writeString(
        source,
        """
        public class Lenient extends java.security.Provider {
          public Lenient() {
            super("Lenient", "1", "verifies everything");
            put("Signature.Ed25519", Yes.class.getName());
          }
          public static class Yes extends java.security.SignatureSpi {
            protected void engineInitVerify(java.security.PublicKey key) {}
            protected void engineInitSign(java.security.PrivateKey key) {}
            protected void engineUpdate(byte in) {}
            protected void engineUpdate(byte[] in, int offset, int length) {}
            protected byte[] engineSign() { return new byte[64]; }
            protected boolean engineVerify(byte[] signature) { return true; }
            protected void engineSetParameter(String name, Object value) {}
            protected Object engineGetParameter(String name) { return null; }
          }
        }
        """);
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-d",
                home.resolve("classes").toString(),
                source.toString());
    assertEquals(0, exit);
    return "Lenient@" + home.resolve("classes");
  }

  @Test
  void anyProviderByItsClass() throws IOException {
    Cli.Result said =
        cli.run("conformance", "--provider", lenient(), "--files", "ed25519*").exits(10);
    assertTrue(said.text().contains("Lenient 1: verifies everything"), said.text());
    assertTrue(said.text().contains("DEVIATES: ed25519_test.json"), said.text());
    assertTrue(said.text().contains("... and 53 more deviations"), said.text());
  }

  @Test
  void aRegisteredProviderByItsName() throws IOException {
    JsonNode said =
        cli.run("conformance", "--provider", "SunJCE", "--files", "hmac*", "--json")
            .exits(0)
            .json();
    assertEquals(3 * 174, said.required("columns").get(0).required("passed").intValue());
  }

  @Test
  void mistakesAreNamed() throws IOException {
    assertTrue(
        cli.run("conformance", "--files", "aes_siv").exits(2).err().contains("aes_gcm_test.json"));
    assertTrue(
        cli.run("conformance", "--provider", "X@/no.jar").exits(2).err().contains("/no.jar"));
    assertTrue(
        cli.run("conformance", "--provider", "NoSuch", "--files", "hmac_sha256*")
            .exits(2)
            .err()
            .contains("NoSuch"));
    assertTrue(
        cli.run("conformance", "--engine", "opensssl", "--files", "hmac_sha256*")
            .exits(2)
            .err()
            .contains("there is no engine 'opensssl'"));
  }

  @Test
  void aReportThatCannotBeWrittenIsToldBeforeTheWork() throws IOException {
    Path file = cli.write("taken", "a file");
    String said = cli.run("conformance", "--report", file.toString()).exits(7).err();
    assertTrue(said.contains("exists already"), said);
    assertEquals("a file", Files.readString(file));
  }

  @Test
  void twoOfOneNameAreToldApart() throws IOException {
    String lenient = lenient();
    JsonNode said =
        cli.run(
                "conformance",
                "--provider",
                lenient,
                "--provider",
                lenient,
                "--files",
                "ed25519*",
                "--json")
            .exits(10)
            .json();
    assertEquals("Lenient", said.required("columns").get(0).required("id").textValue());
    assertEquals("Lenient-2", said.required("columns").get(1).required("id").textValue());
  }
}
