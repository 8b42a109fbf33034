package dev.e2ee.cli.slot;

import dev.e2ee.custody.file.SlotInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/** A slot of a key file, for people and as JSON. */
final class SlotTexts {
  private SlotTexts() {}

  static Map<String, Object> json(SlotInfo slot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", slot.id());
    fields.put("type", slot.type());
    fields.put("label", slot.label());
    fields.put("created", slot.created());
    slot.cost()
        .ifPresent(
            cost -> {
              fields.put("argon2MemoryKiB", cost.memoryKiB());
              fields.put("argon2Passes", cost.passes());
              fields.put("argon2Lanes", cost.lanes());
            });
    return fields;
  }

  static String line(SlotInfo slot) {
    String cost = slot.cost().map(c -> ", Argon2id with " + c).orElse("");
    return slot.id()
        + "  "
        + slot.type()
        + "  "
        + slot.created()
        + (slot.label().isEmpty() ? "" : "  '" + slot.label() + "'")
        + cost;
  }
}
