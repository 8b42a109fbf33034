package dev.e2ee.cli.device;

import dev.e2ee.cli.io.CommandGroup;
import picocli.CommandLine.Command;

/** {@code e2ee device}: how a key reaches the other devices of its user. */
@Command(
    name = "device",
    description = {
      "Bring a key to another device of the same user.",
      "The server between them is trusted with nothing:",
      "  new device, with no key store yet: init --name own",
      "  each device, once: device init ID --user USER [--key NAME]",
      "  new device:  device request",
      "  this device: device approve REQUEST",
      "  new device:  device accept OFFER, which shows a fingerprint",
      "  this device: device approve REVEAL, which shows it too; compare, then once more with",
      "               --fingerprint and what the new device shows",
      "  new device:  device accept APPROVAL --fingerprint and what this device has shown",
      "Only the generation in use travels: re-wrap before a device joins, or bring the older ones",
      "after it with 'device wrap --older'."
    })
public final class DeviceCommand extends CommandGroup {
  /** For the command tree. */
  public DeviceCommand() {}
}
