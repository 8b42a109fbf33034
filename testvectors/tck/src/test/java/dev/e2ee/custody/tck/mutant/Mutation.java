package dev.e2ee.custody.tck.mutant;

/** What a broken back end does wrong, and the point that must say so. */
enum Mutation {
  SHOWS_A_QUERY("uri-round-trip", "has a query"),
  IGNORES_AAD("wrap-aad", "with a longer one was done"),
  SAYS_MISSING_FOR_LOCKED("locked-is-not-missing", "MISSING"),
  SAYS_MISSING_FOR_LOCKED_OUTSIDE("locked-from-outside", "was refused with MISSING"),
  MAKES_A_KEY_WHEN_LOCKED_OUTSIDE("locked-from-outside", "what the store has after it was locked"),
  OPENS_WHAT_IS_LOCKED_OUTSIDE("locked-from-outside", "was done"),
  STAYS_LOCKED("locked-from-outside", "unexpectedly refused with LOCKED"),
  SAYS_INTEGRITY_FOR_GONE("lost-under-load", "INTEGRITY"),
  SAYS_GONE_LATE("lost-under-load", "was refused with REMOVED after "),
  SAYS_MISSING_FOR_GONE("lost-makes-nothing", "MISSING"),
  SAYS_INTEGRITY_FOR_CORRUPT("corrupt", "INTEGRITY"),
  SAYS_CORRUPT_FOR_DENIED("denied", "CORRUPT"),
  TRIES_ALL_GENERATIONS("no-trial-decryption", "was done"),
  WRAPS_UNDER_OLD("rotation", "wrapping under"),
  GENERATES_WHEN_NONE_IS_FOUND("failed-look-up-makes-nothing", "find(name) of no key was done"),
  TAKES_A_TAKEN_NAME("name-taken", "was done"),
  RETIRES_NOTHING("retired", "the state of a retired generation"),
  RETIRES_WHAT_IS_IN_USE("retired", "retiring the generation in use was done"),
  FINDS_STRANGERS_AS_SIBLINGS("siblings", "sibling"),
  LEAKS_A_THREAD("no-leak", "threads"),
  LEAKS_A_DESCRIPTOR("no-leak", "file descriptors"),
  RECORDS_NO_REFUSALS("audit-complete", "the number of audit records"),
  RECORDS_TWICE("audit-of-threads", "the number of audit records"),
  LETS_THE_SINK_FAIL("audit-sink-fails", "the log is full"),
  MIXES_THREADS_UP("threads-32x256", "another DEK"),
  CLOSES_NOTHING("close-under-load", "it closes nothing"),
  THROWS_WHEN_CLOSED("close-under-load", "NullPointerException"),
  WORKS_AFTER_CLOSE("closed-is-closed", "was done"),
  KEEPS_DEKS("heap-dump", "a DEK is reachable"),
  ASKS_WHEN_OPENED("opening-is-quiet", "how often opening asked"),
  TRIES_EACH_WRONG_SECRET("wrong-secret", "the number of tries"),
  SHOWS_THE_SECRET("wrong-secret", "shows the secret"),
  CLAIMS_TO_SIGN("capabilities-hold", "SIGNING_P256"),
  MAKES_A_MISSING_STORE("no-store-is-missing", "was done"),
  SHORT_DEKS("dek-length", "was done"),
  SAME_WRAPS("wrap-fresh", "wraps differ"),
  TRUNCATES("wrap-every-bit", "of 60 bytes of a wrap was done"),
  ONE_KEY_FOR_ALL("wrap-other-key", "was done"),
  OVERWRITES_A_RACE("two-processes", "both made the name"),
  ACKNOWLEDGES_EARLY("killed-writer", ""),
  IMPORTS_ANOTHER("import", "another key comes out"),
  EXPORTS_WITHOUT_A_REASON("export", "without a reason was done"),
  SAYS_TRANSIENT_FOR_FROZEN("frozen", "TRANSIENT"),
  TIMES_OUT_LATE("frozen", "was refused with TIMEOUT after "),
  AGREES_ON_ZEROS("ecdh", "the JDK agrees on another secret"),
  SIGNS_ANOTHER_MESSAGE("signing", "the JDK does not verify"),
  DESCRIBES_ANOTHER("generated-as-described", "the name of the new key");

  private final String point;
  private final String says;

  Mutation(String point, String says) {
    this.point = point;
    this.says = says;
  }

  /** The id of the point. */
  String point() {
    return point;
  }

  /** A part of what the point says. */
  String says() {
    return says;
  }
}
