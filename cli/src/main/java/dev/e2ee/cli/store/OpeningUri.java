package dev.e2ee.cli.store;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.SlotType;
import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.nio.file.Path;

/** By which URI the key file of a {@code keychain:} URI opens. */
public final class OpeningUri {
  private OpeningUri() {}

  /**
   * The same, or the {@code file:} URI when no slot of the file is for a keychain, as {@code init
   * --or-passphrase} makes it. Nothing is unlocked.
   */
  public static CustodyUri of(CustodyUri uri) {
    Path path = Keychain.keyFile(uri);
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      return file.slots().stream().anyMatch(slot -> slot.type() == SlotType.KEYCHAIN)
          ? uri
          : CustodyUri.ofFile(path);
    } catch (CustodyException e) {
      return uri; // who opens it is told what is wrong
    }
  }
}
