package dev.e2ee.spi;

/**
 * How a store is at this moment.
 *
 * @param status usable or not
 * @param detail for a person: what is wrong and what to do
 */
public record Health(Status status, String detail) {
  /** Whether the store can be used. */
  public enum Status {
    /** Unlocked, and a canary operation succeeded. */
    READY,
    /** Present and readable; needs {@link KeyCustody#unlock}. */
    LOCKED,
    /** Not reachable, damaged, or closed. */
    UNAVAILABLE
  }
}
