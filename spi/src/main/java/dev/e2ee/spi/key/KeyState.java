package dev.e2ee.spi.key;

/** The life of a generation: PENDING, PRIMARY, OLD, RETIRED, never back. */
public enum KeyState {
  /** Made, not yet read back and tested; neither wraps nor unwraps. */
  PENDING,
  /** Wraps and unwraps; one for each name. */
  PRIMARY,
  /** Unwraps what was wrapped before a rotation. */
  OLD,
  /** Neither wraps nor unwraps. */
  RETIRED
}
