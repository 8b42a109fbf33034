package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.testvectors.conformance.Check.WrongResultException;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.util.Arrays;
import java.util.HexFormat;

/** Compares what came with what the file has. */
public final class Compare {
  private Compare() {}

  /** Throws when they differ. */
  public static void same(String what, byte[] expected, byte[] seen) throws WrongResultException {
    if (!Arrays.equals(expected, seen)) {
      throw WrongResultException.accepted(text(what, expected), text(what, seen));
    }
  }

  /** The same for what is not bytes. */
  public static void same(String what, Object expected, Object seen) throws WrongResultException {
    if (!expected.equals(seen)) {
      throw WrongResultException.accepted(what + " " + expected, what + " " + seen);
    }
  }

  /** Throws when a vector that must be refused was refused, but as another kind than its own. */
  public static void refusal(TestVector v, String kind) throws WrongResultException {
    if (!v.isValid() && !v.text("error").equals(kind)) {
      throw WrongResultException.refused(v.text("error"), kind);
    }
  }

  private static String text(String what, byte[] bytes) {
    return what + " " + (bytes.length == 0 ? "(no bytes)" : HexFormat.of().formatHex(bytes));
  }
}
