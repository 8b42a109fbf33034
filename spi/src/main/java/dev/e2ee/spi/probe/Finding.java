package dev.e2ee.spi.probe;

/**
 * Something that a probe has to say of a store; no secrets.
 *
 * @param level how bad it is
 * @param topic what was looked at, a word or two such as {@code pin}; several findings may have the
 *     same
 * @param text what was found, one sentence without a full stop
 * @param remedy what to do next, such as a command; empty when there is nothing to be done
 */
public record Finding(Level level, String topic, String text, String remedy) {
  /** How bad a finding is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It works, and a person should know this or mend it. */
    WARN,
    /** It does not work, or not safely. */
    FAIL
  }

  /** That something is as it should be. */
  public static Finding ok(String topic, String text) {
    return new Finding(Level.OK, topic, text, "");
  }

  /** That something works, but. */
  public static Finding warn(String topic, String text, String remedy) {
    return new Finding(Level.WARN, topic, text, remedy);
  }

  /** That something does not work. */
  public static Finding fail(String topic, String text, String remedy) {
    return new Finding(Level.FAIL, topic, text, remedy);
  }

  /** What was found and what to do, in one line. */
  public String detail() {
    return remedy.isEmpty() ? text : text + ": " + remedy;
  }
}
