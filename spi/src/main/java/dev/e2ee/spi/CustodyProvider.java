package dev.e2ee.spi;

/**
 * The {@link java.util.ServiceLoader} entry of a back end: one scheme of custody URIs.
 *
 * <p>The constructor takes nothing, does no I/O and loads nothing native.
 */
public interface CustodyProvider {
  /** The URI scheme in lower case, such as {@code file}, {@code keychain} or {@code pkcs11}. */
  String scheme();

  /** A line for people: what it is and its version. */
  String description();

  /**
   * Opens the store that a URI names. Opening reads public data only: it neither prompts nor spends
   * a PIN try, and never creates anything.
   *
   * @throws CustodyException MISSING when there is no such store, CORRUPT, DENIED, UNSUPPORTED …
   */
  KeyCustody open(CustodyUri uri, CustodyOptions options);
}
