package dev.e2ee.testvectors.conformance.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testvectors.conformance.Column;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.vector.Catalogue;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.TestVector.Expectation;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All files to all subjects, each in a JVM of its own as for a person. */
@SuppressWarnings("NullAway.Init") // JUnit sets the report
@Tag("once")
class MatrixTest {
  private static final List<Column> COLUMNS =
      Stream.of("e2ee:jdk", "e2ee:bcfips", "e2ee:accp", "jdk", "bcfips", "accp", "conscrypt")
          .map(name -> new Column(name, name, name, List.of()))
          .toList();

  private static final Column FIPS =
      new Column(
          "e2ee:fips",
          "e2ee:fips",
          "e2ee:fips",
          List.of(),
          List.of("-Dorg.bouncycastle.fips.approved_only=true"));

  private static Report report;

  @BeforeAll
  static void run() throws Exception {
    List<Column> all = Stream.concat(COLUMNS.stream(), Stream.of(FIPS)).toList();
    report = Conformance.over(Catalogue.all(), false).run(all, (column, file) -> {});
  }

  private static ColumnResult column(String id) {
    return report.columns().stream()
        .filter(column -> column.column().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Nothing is passed over: a result for each test of each file, in its order. */
  @TestFactory
  Stream<DynamicTest> everyTestHasItsResult() {
    return report.columns().stream()
        .map(column -> DynamicTest.dynamicTest(column.column().id(), () -> complete(column)));
  }

  private static void complete(ColumnResult column) {
    assertNull(column.trouble());
    for (VectorFile file : report.files()) {
      assertEquals(
          file.tests().stream().map(TestVector::id).toList(),
          column.of(file.name()).stream().map(Result::tcId).toList());
      long all = Stream.of(Outcome.values()).mapToLong(o -> column.count(file.name(), o)).sum();
      assertEquals(file.tests().size(), all);
    }
  }

  @TestFactory
  Stream<DynamicTest> e2eeDeviatesNowhereOnAnyEngine() {
    return report.columns().stream()
        .filter(column -> column.column().id().startsWith("e2ee"))
        .flatMap(
            column ->
                report.files().stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                column.column().id() + " " + file.name(),
                                () -> noDeviation(column, file))));
  }

  private static void noDeviation(ColumnResult column, VectorFile file) {
    List<Result> deviating =
        column.of(file.name()).stream()
            .filter(result -> result.outcome() == Outcome.DEVIATING)
            .toList();
    assertEquals(List.of(), deviating);
    boolean refused = column.column().equals(FIPS) && file.name().matches("x25519.*|argon2id.*");
    assertEquals(refused, column.count(file.name(), Outcome.PASSED) == 0, "nothing was tried");
  }

  /** What E2EE leaves out is this and no more, whatever the engine. */
  @Test
  void e2eeLeavesOutWhatIsNamedHere() {
    Map<String, Long> expected =
        Map.of(
            "aes_gcm_test.json", 113L, // nonces of other lengths than 12
            "ecdh_secp256r1_webcrypto_test.json", 5L, // keys that are no JWK for P-256
            "x25519_jwk_test.json", 13L,
            "pbkdf2_hmacsha256_test.json", 17L, // passwords that are not UTF-8
            "pbkdf2_hmacsha384_test.json", 17L,
            "pbkdf2_hmacsha512_test.json", 17L,
            "rfc9180.json", 22L); // other modes and suites
    for (String engine : List.of("e2ee:jdk", "e2ee:bcfips", "e2ee:accp")) {
      assertEquals(expected, counts(engine, Outcome.UNSUPPORTED), engine);
    }
    // In the FIPS profile X25519, Argon2id, suite 1 and what is too short besides.
    Map<String, Long> inTheProfile =
        Map.ofEntries(
            Map.entry("aes_gcm_test.json", 113L),
            Map.entry("ecdh_secp256r1_webcrypto_test.json", 5L),
            Map.entry("pbkdf2_hmacsha256_test.json", 51L),
            Map.entry("pbkdf2_hmacsha384_test.json", 49L),
            Map.entry("pbkdf2_hmacsha512_test.json", 49L),
            Map.entry("x25519_test.json", 518L),
            Map.entry("x25519_asn_test.json", 537L),
            Map.entry("x25519_pem_test.json", 518L),
            Map.entry("x25519_jwk_test.json", 531L),
            Map.entry("rfc9180.json", 23L),
            Map.entry("argon2id.json", 17L),
            Map.entry("envelope.json", 510L),
            Map.entry("envelope-chunked.json", 25L),
            Map.entry("device.json", 84L),
            Map.entry("recovery.json", 25L),
            Map.entry("keyfile.json", 21L));
    assertEquals(inTheProfile, counts("e2ee:fips", Outcome.UNSUPPORTED));
  }

  /** In the FIPS profile each reason is one of these, and each says what to take. */
  @Test
  void theProfileSaysWhyAndWhatToTake() {
    for (VectorFile file : report.files()) {
      for (Result result : column("e2ee:fips").of(file.name())) {
        if (result.outcome() == Outcome.UNSUPPORTED) {
          assertTrue(
              result.seen().matches(".* not approved in the FIPS profile: take .*")
                  || result.seen().startsWith("lengths that it does not take")
                  || result.seen().startsWith("JCA takes characters")
                  || result.seen().startsWith("a JWK that the runner reads")
                  || result.seen().startsWith("HPKE beyond what our formats use")
                  || result.seen().startsWith("a choice of the suite"),
              file.name() + " " + result);
        }
      }
    }
  }

  /** Where either is right, E2EE takes points on the twist and refuses what is not canonical. */
  @Test
  void whatIsAcceptableIsDecidedOnceForAllEngines() {
    for (VectorFile file : report.files()) {
      for (int i = 0; i < file.tests().size(); i++) {
        if (file.tests().get(i).expectation() == Expectation.ACCEPTABLE) {
          int index = i;
          Set<Boolean> accepted =
              Stream.of("e2ee:jdk", "e2ee:bcfips", "e2ee:accp")
                  .map(id -> column(id).of(file.name()).get(index).seen().equals("accepted"))
                  .collect(java.util.stream.Collectors.toSet());
          assertEquals(1, accepted.size(), file.name() + " " + file.tests().get(i).id());
        }
      }
    }
  }

  private static Map<String, Long> deviations(String id) {
    return counts(id, Outcome.DEVIATING);
  }

  private static Map<String, Long> counts(String id, Outcome outcome) {
    Map<String, Long> counts = new TreeMap<>();
    for (VectorFile file : report.files()) {
      long count = column(id).count(file.name(), outcome);
      if (count > 0) {
        counts.put(file.name(), count);
      }
    }
    return counts;
  }

  /** The runner finds what is known of others; with a later update of the JDK it may be less. */
  @Test
  void theJdksOwnDeviationsAreFound() {
    Map<String, Long> expected =
        Runtime.version().feature() == 17
            ? Map.of(
                "ecdsa_secp256r1_sha256_p1363_test.json", 14L,
                "ecdsa_secp256r1_sha256_test.json", 3L,
                "ed25519_test.json", 1L)
            : Map.of(
                "ecdsa_secp256r1_sha256_p1363_test.json", 12L,
                "ecdsa_secp256r1_sha256_test.json", 1L);
    assertEquals(expected, deviations("jdk"));
  }

  @Test
  void deviationsOfTheOthersAreFound() {
    // Empty keys that come out of AES-KW, and low-order X25519 keys: unchecked exceptions.
    assertEquals(
        Map.of(
            "aes_kwp_test.json", 3L,
            "aes_wrap_test.json", 3L,
            "x25519_asn_test.json", 32L,
            "x25519_jwk_test.json", 31L,
            "x25519_pem_test.json", 31L,
            "x25519_test.json", 31L),
        deviations("bcfips"));
    // Points off the curve by their coordinates: unchecked exceptions.
    assertEquals(Map.of("ecdh_secp256r1_webcrypto_test.json", 18L), deviations("accp"));
    assertEquals(Map.of(), deviations("conscrypt"));
  }
}
