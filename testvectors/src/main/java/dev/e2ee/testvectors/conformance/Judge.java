package dev.e2ee.testvectors.conformance;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.testvectors.conformance.Check.NotOfferedException;
import dev.e2ee.testvectors.conformance.Check.RejectedException;
import dev.e2ee.testvectors.conformance.Check.WrongResultException;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.TestVector.Expectation;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Says whether what a subject did with a test was right.
 *
 * <p>A refusal counts as one when it is an exception that JCA has for it. An unchecked exception,
 * or an error, is a deviation even where the test must be refused: programs that catch what JCA
 * promises would not catch it.
 */
public final class Judge {
  private static final int LONGEST = 600;

  private Judge() {}

  /** Runs one test and judges it. */
  @SuppressWarnings("CatchingUnchecked") // what a subject throws is what is looked at
  public static Result of(Check check, Subject subject, TestVector vector) {
    try {
      return accepted(vector, check.run(subject, vector));
    } catch (Exception | Error e) {
      NotApprovedException profile = notApproved(e);
      return profile == null
          ? thrown(vector, e)
          : unsupported(vector, String.valueOf(profile.getMessage()));
    }
  }

  /** A refusal of the FIPS profile, whatever exception JCA has for it. */
  private static @Nullable NotApprovedException notApproved(Throwable thrown) {
    boolean typed =
        thrown instanceof GeneralSecurityException
            || thrown instanceof CustodyException
            || thrown instanceof NotApprovedException;
    if (!typed) {
      return null;
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof NotApprovedException profile) {
        return profile;
      }
    }
    return null;
  }

  private static Result unsupported(TestVector vector, String why) {
    return new Result(vector.id(), Outcome.UNSUPPORTED, expected(vector), cut(why), null);
  }

  private static Result thrown(TestVector vector, Throwable thrown) {
    if (thrown instanceof NotOfferedException) {
      return unsupported(vector, String.valueOf(thrown.getMessage()));
    }
    if (thrown instanceof WrongResultException e) {
      return wrong(vector, e);
    }
    if (thrown instanceof RejectedException) {
      return refused(vector, String.valueOf(thrown.getMessage()));
    }
    if (thrown instanceof GeneralSecurityException) {
      return refused(vector, "refused: " + text(thrown));
    }
    return result(vector, Outcome.DEVIATING, "not an exception that JCA promises: " + text(thrown));
  }

  private static Result accepted(TestVector vector, @Nullable String remark) {
    Outcome outcome =
        vector.expectation() == Expectation.INVALID ? Outcome.DEVIATING : Outcome.PASSED;
    return new Result(vector.id(), outcome, expected(vector), "accepted", remark);
  }

  private static Result refused(TestVector vector, String how) {
    return result(vector, vector.isValid() ? Outcome.DEVIATING : Outcome.PASSED, how);
  }

  private static Result wrong(TestVector vector, WrongResultException e) {
    boolean mustRefuse = vector.expectation() == Expectation.INVALID && !e.isRefused();
    String expected = mustRefuse ? expected(vector) : cut(e.expected());
    return new Result(vector.id(), Outcome.DEVIATING, expected, cut(e.seen()), null);
  }

  private static Result result(TestVector vector, Outcome outcome, String seen) {
    return new Result(vector.id(), outcome, expected(vector), cut(seen), null);
  }

  private static String expected(TestVector vector) {
    return switch (vector.expectation()) {
      case VALID -> "accepted, with the right result";
      case ACCEPTABLE -> "accepted with the right result, or refused";
      case INVALID -> "refused";
    };
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return thrown.getClass().getName() + (message == null ? "" : ": " + message);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }
}
