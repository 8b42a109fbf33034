/** Our own test vectors, where to find those of others, and the conformance runner over both. */
@org.jspecify.annotations.NullMarked
module dev.e2ee.testvectors {
  requires static org.jspecify;
  requires com.fasterxml.jackson.databind;
  requires dev.e2ee.argon2;
  requires dev.e2ee.custody.file;
  requires dev.e2ee.custody.tck;
  requires dev.e2ee.provider;
  requires java.xml;
  requires json.schema;

  exports dev.e2ee.testvectors;
  exports dev.e2ee.testvectors.conformance;
  exports dev.e2ee.testvectors.conformance.report;
  exports dev.e2ee.testvectors.conformance.run;
  exports dev.e2ee.testvectors.conformance.vector;
}
