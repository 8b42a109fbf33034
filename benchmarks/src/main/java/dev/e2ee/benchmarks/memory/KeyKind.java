package dev.e2ee.benchmarks.memory;

/** What a key is for. */
enum KeyKind {
  /** Of one record. */
  DEK("DEKs"),
  /** Of the chunks of one long record, derived from its DEK. */
  CHUNK_KEY("chunk key"),
  /** What wraps the DEKs: UMK or KEK. */
  MASTER_KEY("master key");

  private final String text;

  KeyKind(String text) {
    this.text = text;
  }

  /** In words. */
  String text() {
    return text;
  }
}
