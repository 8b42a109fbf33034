package dev.e2ee.cli.io;

/** What the command line answers to the shell. The numbers are an interface: they never change. */
public enum Exit {
  OK(0, "done"),
  BUG(1, "an error in e2ee itself"),
  USAGE(2, "wrong arguments"),
  NOT_AUTHENTIC(3, "not an envelope, altered, or of another context"),
  WRONG_KEY(4, "the envelope names a key that is not the one given or not in the key store"),
  LOCKED(5, "no passphrase, a wrong one, or the key store is locked"),
  CUSTODY(6, "the key store is missing, denied, damaged, or refuses (names, states, conflicts)"),
  IO(7, "a file cannot be read or written, exists already, or is too large"),
  PARTLY(8, "some of many failed (inspect, rewrap, rotate, doctor); the others were done"),
  BEGINNING(9, "the rest of an envelope was refused: throw away what was written before"),
  DEVIATING(
      10, "a provider deviated from a test vector (conformance), a store failed (custody test)");

  private final int code;
  private final String meaning;

  Exit(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The number. */
  public int code() {
    return code;
  }

  /** What it means, for {@code --help}. */
  public String meaning() {
    return meaning;
  }
}
