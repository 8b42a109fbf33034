package dev.e2ee.benchmarks.goal;

/** Whether a target was reached. */
public enum Verdict {
  /** The median reaches it. */
  MET("met"),
  /** The median does not reach it, or ours failed. */
  MISSED("**missed**"),
  /** There are no numbers to tell. */
  NOT_MEASURED("not measured");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** As the report says it, in Markdown. */
  public String text() {
    return text;
  }
}
