package dev.e2ee.cli.keyring;

import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.Recipient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A keyring as a command prints it. */
final class KeyringText {
  private KeyringText() {}

  static Map<String, Object> json(Keyring keyring) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("collection", keyring.collection());
    json.put("epoch", keyring.epoch());
    json.put("epochs", List.copyOf(keyring.epochs()));
    json.put("members", keyring.members().stream().map(Recipient::key).toList());
    return json;
  }

  static String text(Keyring keyring, Recipient own) {
    String members =
        keyring.members().stream()
            .map(
                member ->
                    "  "
                        + KeyKind.MEMBER.shown(member.key())
                        + (member.equals(own) ? "  (this device)" : ""))
            .collect(Collectors.joining("\n"));
    return "epoch "
        + keyring.epoch()
        + "; this device has the keys of "
        + keyring.epochs().stream().map(String::valueOf).collect(Collectors.joining(", "))
        + "\nmembers\n"
        + members;
  }
}
