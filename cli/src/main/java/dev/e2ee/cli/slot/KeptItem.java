package dev.e2ee.cli.slot;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.SlotId;
import dev.e2ee.custody.file.SlotInfo;
import dev.e2ee.custody.file.SlotType;
import java.util.Optional;

/** The item of a keychain that stays when its slot is removed. */
final class KeptItem {
  private KeptItem() {}

  /**
   * Whether a person may delete it. Only of the item that opened the file it is known which slot it
   * has: by the name of another one, a slot that stays may have a newer item.
   *
   * @param removed the keychain's slot
   * @param file without it, still unlocked
   * @param opening name of the item that opened the file, if one did
   */
  static String advice(SlotInfo removed, KeyFile file, Optional<String> opening) {
    Optional<SlotId> openedBy = file.openedBy();
    if (opening.isEmpty() || openedBy.isEmpty()) {
      return byItsLabel(removed, file);
    }
    String item = opening.get();
    if (openedBy.get().equals(removed.id())) {
      return "Its item "
          + item
          + " stays in the keychain: delete it there when no copy of the file needs it, and before"
          + " a new slot is to have a new key.";
    }
    String needed =
        "The item "
            + item
            + " is that of slot "
            + openedBy.get()
            + ", which stays; do not delete it.";
    return removed.label().equals(item) ? needed : needed + " " + byItsLabel(removed, file);
  }

  private static String byItsLabel(SlotInfo removed, KeyFile file) {
    String label = removed.label();
    Optional<SlotInfo> same =
        file.slots().stream()
            .filter(slot -> slot.type() == SlotType.KEYCHAIN && slot.label().equals(label))
            .findFirst();
    if (same.isPresent()) {
      return "The slot "
          + same.get().id()
          + ", which stays, has the label '"
          + label
          + "' too, and may have the item of that name; do not delete it.";
    }
    return (label.contains("/")
            ? "The label of the removed slot names the item '"
                + label
                + "', which stays in the keychain: "
            : "The item of the removed slot, which its label does not name, stays in the keychain: ")
        + "delete it there only if no slot that stays has that item, whatever its label, and when no"
        + " copy of the file needs it.";
  }
}
