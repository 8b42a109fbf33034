package dev.e2ee.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which servers that a driver calls PostgreSQL are it. [rotation-15] */
@Tag("no-engine")
class OpenTransactionsTest {
  /** What they answer, by their own documentation. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PostgreSQL 14.13 (Ubuntu 14.13-0ubuntu0.22.04.1) on x86_64-pc-linux-gnu, compiled by gcc"
            + " (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0, 64-bit | true",
        "PostgreSQL 18beta1 on aarch64-apple-darwin, compiled by clang-16.0.0, 64-bit | true",
        "PostgreSQL 15.1, compiled by Visual C++ build 1914, 64-bit | true",
        "PostgreSQL 17.2 on x86_64-windows, compiled by msvc-19.42.34435, 64-bit | true",
        "CockroachDB CCL v25.4.14 (x86_64-pc-linux-gnu, built 2026/01/05, go1.25.5) | false",
        "PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64-pc-linux-gnu, compiled by clang version"
            + " 17.0.6, 64-bit | false",
        "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat"
            + " 3.4.2-6.fc3), Redshift 1.0.48805 | false",
        "PostgreSQL 12.3, compiled by Visual C++ build 1914, 64-bit, QuestDB | false",
        "PostgreSQL 12.12 (Greenplum Database 7.1.0 build commit:e7c2b1f) on x86_64-pc-linux-gnu,"
            + " compiled by gcc (GCC) 8.5.0, 64-bit compiled on Jan 19 2024 | false",
        "PostgreSQL 16 | false"
      })
  void whatIsLikePostgresqlIsNotIt(String version, boolean itself) {
    assertEquals(itself, OpenTransactions.isPostgresql(version), version);
  }
}
