package dev.e2ee.cli.token;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.token.ApiTokenWrap;
import dev.e2ee.token.MalformedApiTokenWrapException;
import java.io.IOException;

/**
 * The wrap of an API token that was read from a file.
 *
 * @param name of the file
 * @param bytes its content
 * @param info what it says of itself
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TokenWrapFile(String name, byte[] bytes, ApiTokenWrap.Info info) {
  private static final int MOST = 4096;

  /**
   * Reads one.
   *
   * @throws Failure NOT_AUTHENTIC when it is no such wrap; USAGE for a token in place of the name,
   *     which is not repeated: what a command says may stay in a log
   */
  static TokenWrapFile read(Surroundings surroundings, String name) throws IOException {
    if (name.matches("e2ee_[A-Za-z0-9_-]{48}")) {
      throw Failure.usage(
          "an API token is given in place of the file with its wrap",
          "A secret is never an argument, where other users can see it: use --token-file or"
              + " --token-fd.");
    }
    byte[] bytes = Inputs.read(surroundings, name, MOST);
    try {
      return new TokenWrapFile(name, bytes, ApiTokenWrap.inspect(bytes));
    } catch (MalformedApiTokenWrapException e) {
      throw refused(name, e, "Check that it is the right, whole file.");
    }
  }

  /** What to say when token, user and file do not belong together. */
  Failure refused(Exception e) {
    return refused(
        name,
        e,
        "Give the --user and the token that belong to this file; it is of token "
            + info.tokenId()
            + ".");
  }

  private static Failure refused(String name, Exception e, String advice) {
    return new Failure(Exit.NOT_AUTHENTIC, name + ": " + e.getMessage(), advice, e);
  }
}
