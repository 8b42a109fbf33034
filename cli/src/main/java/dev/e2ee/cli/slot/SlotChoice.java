package dev.e2ee.cli.slot;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.SlotInfo;
import java.util.List;

/** The slot that a person means by the start of its id. */
final class SlotChoice {
  private SlotChoice() {}

  /**
   * The one slot whose id begins so.
   *
   * @throws Failure CUSTODY when none or several do
   */
  static SlotInfo of(KeyFile file, String start) {
    List<SlotInfo> fitting =
        file.slots().stream().filter(slot -> slot.id().value().startsWith(start)).toList();
    if (start.isEmpty() || fitting.size() != 1) {
      throw new Failure(
          Exit.CUSTODY,
          (start.isEmpty() || !fitting.isEmpty() ? "several slots have" : "no slot has")
              + " an id that begins with that",
          "'e2ee key slots' shows the ids; give more digits.");
    }
    return fitting.get(0);
  }
}
