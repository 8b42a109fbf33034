package dev.e2ee.cli.io;

import org.jspecify.annotations.Nullable;

/** A command cannot go on: says what happened, what to do about it, and the exit code. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exit exit;
  private final String advice;

  /**
   * A failure.
   *
   * @param what happened, without a secret
   * @param advice what to do; empty when {@code what} says it
   */
  public Failure(Exit exit, String what, String advice) {
    this(exit, what, advice, null);
  }

  /** A failure with its cause, which only {@code --debug} shows. */
  public Failure(Exit exit, String what, String advice, @Nullable Throwable cause) {
    super(what, cause);
    this.exit = exit;
    this.advice = advice;
  }

  /** Wrong arguments. */
  public static Failure usage(String what, String advice) {
    return new Failure(Exit.USAGE, what, advice);
  }

  /** The exit code. */
  public Exit exit() {
    return exit;
  }

  /** What happened. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What to do; may be empty. */
  public String advice() {
    return advice;
  }
}
