package dev.e2ee.testvectors.conformance;

/** How a test ended. */
public enum Outcome {
  /** As the file says. */
  PASSED,
  /** Otherwise than the file says. */
  DEVIATING,
  /** It could not be tried: the subject does not offer what it needs. */
  UNSUPPORTED
}
