package dev.e2ee.custody.tck;

/** What may go wrong with a store, and what a {@link TestedStore} makes go wrong on request. */
public enum Fault {
  /** A wrong PIN or passphrase: {@link TestedStore#wrongSecret}. */
  WRONG_SECRET("a wrong PIN or passphrase"),
  /** The address of a store that is not there: {@link TestedStore#absent}. */
  ABSENT("a store that is not there"),
  /** Somebody else locks the store: {@link TestedStore#lock}. */
  LOCKED("a store that is locked from outside"),
  /** The store may not be used: {@link TestedStore#deny}. */
  DENIED("a store that may not be used"),
  /** The store is altered or torn: {@link TestedStore#corrupt}. */
  CORRUPT("an altered or torn store"),
  /** The store goes away while it is used: {@link TestedStore#lose}. */
  LOSS("a store that goes away while it is used"),
  /** The store does not answer any more: {@link TestedStore#freeze}. */
  FREEZE("a store that does not answer any more"),
  /** Another process opens the same store; the TCK starts one. */
  SECOND_PROCESS("a second process with the same store");

  private final String text;

  Fault(String text) {
    this.text = text;
  }

  /** What it is, for people. */
  @Override
  public String toString() {
    return text;
  }
}
