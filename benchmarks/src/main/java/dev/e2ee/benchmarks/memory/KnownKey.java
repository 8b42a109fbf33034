package dev.e2ee.benchmarks.memory;

/** A key that another process used, and that this one knows. */
final class KnownKey {
  private final KeyKind kind;
  private final byte[] bytes;

  /** A key of 32 bytes. */
  KnownKey(KeyKind kind, byte[] bytes) {
    this.kind = kind;
    this.bytes = bytes.clone();
  }

  KeyKind kind() {
    return kind;
  }

  byte[] bytes() {
    return bytes.clone();
  }
}
