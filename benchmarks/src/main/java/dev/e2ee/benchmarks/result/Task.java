package dev.e2ee.benchmarks.result;

/** What was done in the time that was taken. */
public enum Task {
  /** A record sealed in a warm JVM. */
  SEAL("seal"),
  /** A record opened in a warm JVM. */
  OPEN("open"),
  /** A record sealed into a buffer that is kept. */
  SEAL_INTO("seal into a kept buffer"),
  /** A record opened into a buffer that is kept. */
  OPEN_INTO("open into a kept buffer"),
  /** A record moved to another key. */
  ROTATE("rotation"),
  /** Blocks encrypted by {@code openssl speed}. */
  OPENSSL_SPEED("openssl speed"),
  /** A file sealed by a fresh process. */
  FILE_SEAL("sealing a file"),
  /** A file opened by a fresh process. */
  FILE_OPEN("opening a file"),
  /** A fresh JVM that seals one record and ends. */
  FIRST_SEAL("first seal, whole process"),
  /** The part of it from the start of {@code main} to the sealed record. */
  FIRST_SEAL_INSIDE("first seal, from main on"),
  /** A file sealed with a heap of 64 MiB. */
  SOAK_SEAL("sealing a file in 64 MiB of heap"),
  /** A file opened with a heap of 64 MiB. */
  SOAK_OPEN("opening a file in 64 MiB of heap"),
  /** A DEK wrapped by AES-GCM in a token. */
  TOKEN_WRAP("wrap in a token"),
  /** A DEK unwrapped by AES-GCM in a token. */
  TOKEN_UNWRAP("unwrap in a token"),
  /** A DEK wrapped under a KEK by HMAC in a token; for others than ours the HMAC alone. */
  TOKEN_KDF_WRAP("wrap by HMAC in a token");

  private final String text;

  Task(String text) {
    this.text = text;
  }

  /** In words. */
  public String text() {
    return text;
  }

  /** What its speed is measured in. */
  public Metric speed() {
    return switch (this) {
      case SEAL,
          OPEN,
          SEAL_INTO,
          OPEN_INTO,
          ROTATE,
          OPENSSL_SPEED,
          TOKEN_WRAP,
          TOKEN_UNWRAP,
          TOKEN_KDF_WRAP ->
          Metric.OPERATIONS_PER_SECOND;
      case FILE_SEAL, FILE_OPEN, FIRST_SEAL, FIRST_SEAL_INSIDE, SOAK_SEAL, SOAK_OPEN ->
          Metric.SECONDS;
    };
  }
}
