package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a slot is not removed: none of the others is known to open the file. */
final class NoWayIn {
  private NoWayIn() {}

  /**
   * That nothing is removed.
   *
   * @param rest the other slots, of which none has a passphrase
   * @param why the keychain's item by which the file was opened cannot be had
   */
  static CustodyException known(List<Slot> rest, Optional<CustodyException> why) {
    List<String> found = new ArrayList<>();
    List<String> next = new ArrayList<>();
    if (has(rest, SlotBody.OfSlotKey.TYPE)) {
      found.add("the slot-key file of another one is not beside it, or does not fit");
      next.add("put the missing slot-key file back");
    }
    if (has(rest, SlotBody.OfKeychain.TYPE)) {
      found.add("it was not opened by the keychain's item of another one");
      next.add(
          "open the file by the keychain: URI of another slot ("
              + labels(rest, SlotBody.OfKeychain.TYPE)
              + ")");
    }
    next.add("add a passphrase or a slot key");
    return new CustodyException(
        Kind.POLICY,
        "no other slot is known to open the file: "
            + (found.isEmpty() ? "there is none" : String.join("; ", found))
            + why.map(e -> " (" + e.getMessage() + ")").orElse("")
            + ". Before removing this slot, "
            + String.join(", or ", next),
        why.orElse(null));
  }

  private static boolean has(List<Slot> slots, int type) {
    return slots.stream().anyMatch(slot -> slot.body().type() == type);
  }

  /** Ids and labels, for a person. */
  private static String labels(List<Slot> slots, int type) {
    return slots.stream()
        .filter(slot -> slot.body().type() == type)
        .map(slot -> slot.head().id() + " '" + slot.head().label() + "'")
        .collect(Collectors.joining(", "));
  }
}
