package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which key store a device has, and where it keeps what belongs to it. */
public final class DeviceOptions {
  private final Surroundings surroundings;

  @Mixin StoreOptions store;

  @Option(
      names = "--device",
      paramLabel = "DIR",
      description = {
        "Where this device keeps its keys, sealed by the key store, and whom it knows.",
        "Default: beside the key file, FILE.device."
      })
  @Nullable Path directory;

  /** For a command in these surroundings. */
  public DeviceOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
  }

  /** The directory. */
  DeviceFolder folder() {
    if (directory != null) {
      return new DeviceFolder(directory);
    }
    CustodyUri uri = store.uri();
    if (uri.scheme().equals("file")) {
      return new DeviceFolder(Path.of(uri.path() + ".device"));
    }
    return new DeviceFolder(
        surroundings.xdg("XDG_DATA_HOME", ".local/share").resolve("e2ee/device"));
  }

  /** This device, with its store unlocked; the caller closes it. */
  public LocalDevice open() throws IOException {
    DeviceFolder folder = folder();
    if (!folder.hasIdentity()) {
      throw new Failure(
          Exit.CUSTODY,
          "this device has no keys of its own in " + folder.directory(),
          "Make them with: e2ee device init ID --user USER");
    }
    Store opened = store.openForChange();
    boolean done = false;
    try {
      opened.unlocked();
      LocalDevice device = LocalDevice.open(opened, folder);
      done = true;
      return device;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }
}
