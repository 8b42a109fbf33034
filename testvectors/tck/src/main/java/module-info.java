/**
 * What every key-custody back end must do, as tests that its author runs with a fixture.
 *
 * <p>How: {@code testvectors/tck/README.md}. {@link dev.e2ee.custody.tck.CustodyContract} is for
 * JUnit, {@link dev.e2ee.custody.tck.CustodyTck} for programs that run it themselves.
 */
@org.jspecify.annotations.NullMarked
module dev.e2ee.custody.tck {
  requires com.fasterxml.jackson.core;
  requires transitive dev.e2ee.spi;
  requires java.management;
  requires jdk.management;
  requires static org.jspecify;
  requires static org.junit.jupiter.api;

  exports dev.e2ee.custody.tck;
  exports dev.e2ee.custody.tck.report;
}
