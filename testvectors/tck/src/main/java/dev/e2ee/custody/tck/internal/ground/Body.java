package dev.e2ee.custody.tck.internal.ground;

/** What a point does. */
@FunctionalInterface
public interface Body {
  /**
   * Does it.
   *
   * @return what was done, in numbers, and what could not be: for the report; may be empty
   * @throws Exception whatever comes means that the back end has failed
   */
  String on(Ground ground) throws Exception;
}
