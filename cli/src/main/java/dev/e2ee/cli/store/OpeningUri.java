package dev.e2ee.cli.store;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.SlotType;
import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.nio.file.Path;
import java.util.Optional;

/** By which URI the key file of a {@code keychain:} URI opens. */
public final class OpeningUri {
  private OpeningUri() {}

  /**
   * The same when the file has a slot for its item, as far as labels tell; the {@code file:} URI
   * when it has another slot than a keychain's, as {@code init --or-passphrase} makes it. Nothing
   * is unlocked.
   *
   * @return empty when only other items open it
   */
  public static Optional<CustodyUri> of(CustodyUri uri) {
    Path path = Keychain.keyFile(uri);
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      if (Keychain.mayOpen(uri, file)) {
        return Optional.of(uri);
      }
      return file.slots().stream().anyMatch(slot -> slot.type() != SlotType.KEYCHAIN)
          ? Optional.of(CustodyUri.ofFile(path))
          : Optional.empty();
    } catch (CustodyException e) {
      return Optional.of(uri); // who opens it is told what is wrong
    }
  }
}
