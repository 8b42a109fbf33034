package dev.e2ee.testvectors.conformance;

import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Gives the tests of one file to a subject. It tells what the subject did; {@link Judge} says
 * whether that was right. One object a file and subject: it may remember earlier tests.
 */
public interface Check {
  /**
   * Does what the test asks for. Returns when the subject accepted it and every result was right.
   *
   * @return a remark for the report, or null
   * @throws NotOfferedException when the subject does not offer what it takes
   * @throws WrongResultException when the subject gave something else, or another error
   * @throws GeneralSecurityException when the subject refused it
   */
  @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException;

  /** The subject does not offer what the test needs. */
  final class NotOfferedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what is missing. */
    public NotOfferedException(String what) {
      super(what);
    }
  }

  /** The subject gave another result than the file has, or another error. */
  final class WrongResultException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String seen;
    private final boolean refused;

    private WrongResultException(String expected, String seen, boolean refused) {
      super("expected " + expected + ", got " + seen);
      this.expected = expected;
      this.seen = seen;
      this.refused = refused;
    }

    /** The test was accepted, with another result. */
    public static WrongResultException accepted(String expected, String seen) {
      return new WrongResultException(expected, "accepted, with " + seen, false);
    }

    /** The test was rightly refused, with another kind of error than the file names. */
    public static WrongResultException refused(String expected, String seen) {
      return new WrongResultException("refused: " + expected, "refused: " + seen, true);
    }

    /** Whether it was refused. */
    public boolean isRefused() {
      return refused;
    }

    /** What the file has. */
    public String expected() {
      return expected;
    }

    /** What came. */
    public String seen() {
      return seen;
    }
  }

  /** The subject's answer is no, where JCA has no exception for that: a signature that is none. */
  final class RejectedException extends GeneralSecurityException {
    private static final long serialVersionUID = 1L;

    /** With how the answer was given. */
    public RejectedException(String how) {
      super(how);
    }
  }
}
