package dev.e2ee.cli.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;

/**
 * What a device is: said once, when it is made, so that no later command can take another key or
 * another user by mistake.
 *
 * @param deviceId what it is called among the user's devices
 * @param userId whose it is
 * @param keyName the key of the store that the user's devices share
 */
record Profile(String deviceId, String userId, String keyName) {
  private static final String SEPARATOR = "\n";

  /** Its bytes. */
  byte[] encode() {
    return String.join(SEPARATOR, keyName, userId, deviceId).getBytes(UTF_8);
  }

  /** Reads {@link #encode}. */
  static Profile decode(byte[] bytes) {
    String[] parts = new String(bytes, UTF_8).split(SEPARATOR, 3);
    if (parts.length != 3) {
      throw new Failure(Exit.IO, "what this device is called cannot be read", "");
    }
    return new Profile(parts[2], parts[1], parts[0]);
  }
}
