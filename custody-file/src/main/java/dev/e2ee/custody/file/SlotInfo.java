package dev.e2ee.custody.file;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotHead;
import java.time.Instant;
import java.util.Optional;

/**
 * The public data of a slot: one way to open the file.
 *
 * @param id of the slot
 * @param type what opens it
 * @param label for people, may be empty
 * @param created when it was made, or its passphrase changed, to the second
 * @param cost of Argon2id, for a passphrase slot
 */
public record SlotInfo(
    SlotId id, SlotType type, String label, Instant created, Optional<Argon2Cost> cost) {

  /** What the slot of a keychain was labelled with before it was with the name of its item. */
  private static final String UNNAMED = "keychain";

  /** Whether it may be the slot of a keychain's item, as far as its label tells. */
  public boolean mayBeOf(KekHolder item) {
    return type == SlotType.KEYCHAIN
        && (label.equals(SlotHead.shortened(item.name())) || label.equals(UNNAMED));
  }

  static SlotInfo of(Slot slot) {
    Optional<Argon2Cost> cost =
        slot.body() instanceof SlotBody.OfPassphrase body
            ? Optional.of(body.cost())
            : Optional.empty();
    SlotType type =
        switch (slot.body().type()) {
          case SlotBody.OfPassphrase.TYPE -> SlotType.PASSPHRASE;
          case SlotBody.OfSlotKey.TYPE -> SlotType.RAW;
          case SlotBody.OfKeychain.TYPE -> SlotType.KEYCHAIN;
          case 4 -> SlotType.PKCS11;
          default -> SlotType.UNKNOWN;
        };
    return new SlotInfo(
        SlotId.of(slot.head().id()),
        type,
        slot.head().label(),
        Instant.ofEpochSecond(slot.head().created()),
        cost);
  }
}
