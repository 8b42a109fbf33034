package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.custody.keychain.Backend;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;

/** The item of the keychain that a person need not name. */
public final class UsualItem {
  /** What the library says of an item that is somebody else's. */
  private static final String ANOTHER = "name another service or account";

  private UsualItem() {}

  /**
   * Of this system's keychain: service {@code e2ee}, and the name of the operating system's user.
   */
  public static CustodyUri uri() {
    return CustodyUri.parse("keychain:service=e2ee?backend=" + Backend.ofThisSystem().text())
        .withAttribute("account", System.getProperty("user.name"));
  }

  /**
   * The error, or one that names another item where this one is somebody else's.
   *
   * @param item that was wanted
   * @param command that takes the URI of another item at its end
   */
  public static RuntimeException explained(CustodyException e, CustodyUri item, String command) {
    String what = String.valueOf(e.getMessage());
    if (e.kind() != Kind.CONFLICT || e.mayHaveTakenEffect() || !what.contains(ANOTHER)) {
      return e;
    }
    String service = item.attribute("service").orElse("e2ee").equals("work") ? "work-2" : "work";
    return new Failure(
        Exit.CUSTODY,
        what,
        "For another item: "
            + command
            + "'"
            + item.withAttribute("service", service).canonical()
            + "'",
        e);
  }

  /** Of an item that was taken as it was found, for a person who may want a new key. */
  public static String wasThere(CustodyUri item) {
    return "Its item was there, from an earlier slot of a key file at this path, and has the same"
        + " key as then. For a new key remove the slot, once another one opens the file, delete the"
        + " item in the keychain, and add the slot again: e2ee key add-slot --keys PATH"
        + " --keychain='"
        + item.canonical()
        + "'";
  }

  /**
   * What {@code --keychain} names.
   *
   * @param given empty for the usual one
   * @throws Failure USAGE for a URI that is wrong or of another scheme
   */
  public static CustodyUri of(String given) {
    return given.isEmpty() ? uri() : StoreLocation.keychain(given);
  }
}
