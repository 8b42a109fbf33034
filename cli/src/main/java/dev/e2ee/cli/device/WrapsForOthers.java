package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.OwnerOnly;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The key that is in use, wrapped for every other active device, a file each. */
final class WrapsForOthers {
  private static final String REASON = "new generation for other devices";

  private WrapsForOthers() {}

  /**
   * Writes those of the generation in use; what is there is replaced.
   *
   * @return device id to file
   */
  static Map<String, String> write(LocalDevice local, Path directory) throws IOException {
    try (UserMasterKey umk = local.takeOut(REASON)) {
      return write(local, umk, directory);
    }
  }

  /**
   * The same of the generations that only open.
   *
   * @return for each, device id to file
   */
  static List<Map<String, String>> writeOlder(LocalDevice local, Path directory)
      throws IOException {
    List<Map<String, String>> written = new ArrayList<>();
    for (KeyDescription key : local.older()) {
      try (UserMasterKey umk = local.takeOut(key, REASON)) {
        written.add(write(local, umk, directory));
      }
    }
    return written;
  }

  private static Map<String, String> write(LocalDevice local, UserMasterKey umk, Path directory)
      throws IOException {
    Map<String, String> written = new LinkedHashMap<>();
    Map<String, byte[]> wraps =
        local.registry().wrapForOthers(umk, local.profile().userId(), local.identity());
    for (Map.Entry<String, byte[]> wrap : wraps.entrySet()) {
      Path file =
          directory.resolve(
              plain(wrap.getKey())
                  + "-generation-"
                  + umk.generation()
                  + (written.isEmpty() ? "" : "-" + (written.size() + 1))
                  + ".e2dw");
      try (PendingFile pending = PendingFile.write(directory, wrap.getValue())) {
        pending.replace(file);
      }
      written.put(wrap.getKey(), file.toString());
    }
    return written;
  }

  /**
   * Makes the directory, before anything is decided.
   *
   * @throws Failure IO when it cannot be made or written to
   */
  static void prepare(Path directory) throws IOException {
    OwnerOnly.makeDirectory(directory);
    if (!Files.isWritable(directory)) {
      throw new Failure(Exit.IO, directory + " cannot be written to", "Name another with --to.");
    }
  }

  /** A part of a file name. */
  private static String plain(String deviceId) {
    String plain = deviceId.replaceAll("[^A-Za-z0-9._-]", "_");
    return plain.substring(0, Math.min(plain.length(), 64));
  }
}
