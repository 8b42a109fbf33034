package dev.e2ee.cli.store;

import dev.e2ee.custody.keychain.Backend;
import dev.e2ee.spi.CustodyUri;

/** The item of the keychain that a person need not name. */
public final class UsualItem {
  private UsualItem() {}

  /**
   * Of this system's keychain: service {@code e2ee}, and the name of the operating system's user.
   */
  public static CustodyUri uri() {
    return CustodyUri.parse("keychain:service=e2ee?backend=" + Backend.ofThisSystem().text())
        .withAttribute("account", System.getProperty("user.name"));
  }

  /**
   * What {@code --keychain} names.
   *
   * @param given empty for the usual one
   * @throws dev.e2ee.cli.io.Failure USAGE for a URI that is wrong or of another scheme
   */
  public static CustodyUri of(String given) {
    return given.isEmpty() ? uri() : StoreLocation.keychain(given);
  }
}
