package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import iaik.pkcs.pkcs11.wrapper.CK_C_INITIALIZE_ARGS;
import iaik.pkcs.pkcs11.wrapper.CK_VERSION;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xipki.pkcs11.wrapper.PKCS11Module;

/**
 * TOKENS.md says what each token does; so that it stays true, it is compared with what the tokens
 * do here. A row that is missing, or says something else, is a failure; the message has the command
 * that writes the rows anew.
 */
@Tag("once")
class TokenTableTest {
  private static final Path DOCUMENT = Path.of("TOKENS.md");
  private static final String BEGIN = "|---|---|---|---|";
  private static final boolean WRITE = Boolean.getBoolean("e2ee.tokens.write");
  private static final String AGAIN =
      "TOKENS.md differs from what the tokens did. If they are right, write it anew on each JDK:"
          + " mvn -B -Dfast -pl custody-pkcs11 -am package -Dtest=TokenTableTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -De2ee.tokens.write=true"
          + " [-Dtest.jvm=/path/to/the/other/jdk/bin/java]";

  /** One line of the table. */
  private record Row(String token, String jdk, TokenOperation operation, String suite) {
    private static final String FORM = "| %s | %s | %s | %s |";

    String text() {
      return FORM.formatted(token, operation.text(), suite, jdk);
    }

    /** The same question, whatever the answer. */
    boolean isAnsweredBy(String line) {
      String[] cells = line.split(" *\\| *", -1);
      return cells.length == 6
          && cells[1].replaceAll(" [0-9.]+$", "").equals(token.replaceAll(" [0-9.]+$", ""))
          && cells[2].equals(operation.text())
          && cells[4].equals(jdk);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTableSaysWhatTheTokenDoes(RealToken kind) throws Exception {
    String jdk = "JDK " + Runtime.version().feature();
    assumeTrue(jdk.equals("JDK 17") || jdk.equals("JDK 25"), "the table has JDK 17 and JDK 25");
    RealToken.Made token = kind.make();
    String name = kind.title() + " " + version(token);
    List<Row> rows = new ArrayList<>();
    for (TokenOperation operation : TokenOperation.values()) {
      rows.add(new Row(name, jdk, operation, operation.observe(token)));
    }
    if (WRITE) {
      write(rows);
      return;
    }
    List<String> document = Files.readAllLines(DOCUMENT);
    for (Row row : rows) {
      List<String> written = document.stream().filter(row::isAnsweredBy).toList();
      assertEquals(List.of(row.text()), written, AGAIN);
    }
  }

  /** Each line is of a token and a JDK that are tried. */
  @Test
  void theTableHasNoOtherRows() throws IOException {
    List<String> document = Files.readAllLines(DOCUMENT);
    List<String> lines = document.subList(document.indexOf(BEGIN) + 1, document.size());
    assertEquals(RealToken.values().length * TokenOperation.values().length * 2, lines.size());
    for (String line : lines) {
      assertTrue(
          Stream.of(RealToken.values()).anyMatch(kind -> line.startsWith("| " + kind.title()))
              && line.matches(".* JDK (17|25) \\|"),
          line);
    }
  }

  /** As the module itself says, which nobody else has initialised now. */
  private static String version(RealToken.Made token) throws Exception {
    PKCS11 functions =
        PKCS11Module.getInstance(token.module().toRealPath().toString()).getPKCS11Module();
    CK_C_INITIALIZE_ARGS args = new CK_C_INITIALIZE_ARGS();
    args.flags = 2; // CKF_OS_LOCKING_OK
    args.pReserved = token.initArgs().isEmpty() ? null : token.initArgs();
    functions.C_Initialize(args, true);
    try {
      CK_VERSION version = functions.C_GetInfo().libraryVersion;
      return version.major + "." + version.minor;
    } finally {
      functions.C_Finalize(null);
    }
  }

  /** Puts rows in the place of those that answer the same, or at the end. */
  private static void write(List<Row> rows) throws IOException {
    List<String> document = new ArrayList<>(Files.readAllLines(DOCUMENT));
    int begin = document.indexOf(BEGIN) + 1;
    List<String> table = new ArrayList<>(document.subList(begin, document.size()));
    table.removeIf(line -> rows.stream().anyMatch(row -> row.isAnsweredBy(line)));
    rows.forEach(row -> table.add(row.text()));
    table.sort(Comparator.comparing(TokenTableTest::place));
    List<String> all = new ArrayList<>(document.subList(0, begin));
    all.addAll(table);
    Files.write(DOCUMENT, all);
  }

  /** Token by token, operation by operation, then by JDK. */
  private static String place(String line) {
    StringBuilder place = new StringBuilder();
    for (RealToken token : RealToken.values()) {
      place.append(line.contains("| " + token.title() + " ") ? '0' : '1');
    }
    for (TokenOperation operation : TokenOperation.values()) {
      place.append(line.contains("| " + operation.text() + " |") ? '0' : '1');
    }
    return place + line;
  }
}
