package dev.e2ee.benchmarks.token;

/** What a program is to do in the token; the programs' arguments say it in these words. */
enum Operation {
  /**
   * Opens the given wrap, which must give the DEK, and prints a wrap of its own. Where there is
   * none yet, the custody makes the first one.
   */
  PROVE("prove"),
  /** Prints the HMAC-SHA-256 of the given bytes; not by the custody, which gives no MACs out. */
  PROVE_MAC("prove-mac"),
  /** Wraps the DEK again and again. */
  WRAP("wrap"),
  /** Unwraps the given wrap again and again. */
  UNWRAP("unwrap"),
  /** Computes HMAC-SHA-256 of the given bytes with a fresh salt in them, again and again. */
  MAC("mac");

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  static Operation of(String word) {
    for (Operation operation : values()) {
      if (operation.word.equals(word)) {
        return operation;
      }
    }
    throw new IllegalArgumentException("no operation: " + word);
  }
}
