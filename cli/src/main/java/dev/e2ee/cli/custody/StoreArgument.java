package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.AccessOptions;
import dev.e2ee.cli.store.StoreLocation;
import dev.e2ee.spi.CustodyUri;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The store that a command is about, and how it is unlocked. */
final class StoreArgument {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "URI|PATH",
      description = {
        "A custody URI, in quotes, or the path of a key file.",
        "Default, but for list: E2EE_KEYS, else ~/.local/share/e2ee/keys.e2ee."
      })
  @Nullable String keys;

  @Mixin AccessOptions access;

  StoreArgument(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.access = new AccessOptions(surroundings);
  }

  /** The one that was named, or the default. */
  CustodyUri uri() {
    return StoreLocation.of(keys, surroundings);
  }

  /** The one that was named, if one was. */
  Optional<CustodyUri> named() {
    return keys == null ? Optional.empty() : Optional.of(uri());
  }

  AccessOptions access() {
    return access;
  }
}
