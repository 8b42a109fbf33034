package dev.e2ee.custody.tck.report;

/** How a point ended. */
public enum Outcome {
  /** The back end does it. */
  PASSED("✓", "passed"),
  /** The back end does otherwise. */
  FAILED("✗", "failed"),
  /** Not tried: its fault cannot be produced, or the store does not offer what it is about. */
  DECLARED("–", "declared");

  private final String sign;
  private final String word;

  Outcome(String sign, String word) {
    this.sign = sign;
    this.word = word;
  }

  /** One character. */
  public String sign() {
    return sign;
  }

  /** In lower case. */
  public String word() {
    return word;
  }
}
