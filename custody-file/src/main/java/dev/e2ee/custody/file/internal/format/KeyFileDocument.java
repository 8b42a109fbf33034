package dev.e2ee.custody.file.internal.format;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that a key file says, without its MAC and checksum.
 *
 * @param revision raised by each change but that of a count of uses
 * @param fileId 16 random bytes
 * @param slots 1 to 16
 * @param keys 0 to 1024, by name and generation
 */
public record KeyFileDocument(long revision, Bytes fileId, List<Slot> slots, List<KeyRow> keys) {
  /** The most slots. */
  public static final int MAX_SLOTS = 16;

  /** The most generations of all keys together. */
  public static final int MAX_KEYS = 1024;

  private static final Comparator<KeyRow> ORDER =
      Comparator.comparing(KeyRow::name).thenComparing(row -> row.identity().generation());

  /** Keeps copies of the lists. */
  public KeyFileDocument {
    slots = List.copyOf(slots);
    keys = List.copyOf(keys);
  }

  /** The generation with this id. */
  public Optional<KeyRow> key(KeyId id) {
    return keys.stream().filter(row -> row.id().equals(id)).findFirst();
  }

  /** The generation of a name that wraps. */
  public Optional<KeyRow> primary(String name) {
    return inState(name, KeyState.PRIMARY);
  }

  /** The generation of a name that a rotation began and did not finish. */
  public Optional<KeyRow> pending(String name) {
    return inState(name, KeyState.PENDING);
  }

  private Optional<KeyRow> inState(String name, KeyState state) {
    return keys.stream().filter(row -> row.name().equals(name) && row.state() == state).findFirst();
  }

  /** This document with a row added, or put in the place of the row with the same id. */
  public KeyFileDocument with(KeyRow row) {
    List<KeyRow> next = new ArrayList<>(keys);
    next.removeIf(other -> other.id().equals(row.id()));
    next.add(row);
    next.sort(ORDER);
    return new KeyFileDocument(revision, fileId, slots, next);
  }

  /** This document with other slots. */
  public KeyFileDocument withSlots(List<Slot> next) {
    return new KeyFileDocument(revision, fileId, next, keys);
  }

  /**
   * This document after one more change.
   *
   * @throws CustodyException EXHAUSTED after 2^63-1 of them
   */
  public KeyFileDocument raised() {
    if (revision == Long.MAX_VALUE) {
      throw new CustodyException(Kind.EXHAUSTED, "the file has had all its revisions");
    }
    return new KeyFileDocument(revision + 1, fileId, slots, keys);
  }

  /**
   * Whether this is an earlier document of the same revision, or that with higher counts of uses.
   */
  public boolean differsInGrownUsesOnly(KeyFileDocument earlier) {
    if (keys.size() != earlier.keys.size()) {
      return false;
    }
    List<KeyRow> withEarlierUses = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      long uses = earlier.keys.get(i).uses();
      if (keys.get(i).uses() < uses) {
        return false;
      }
      withEarlierUses.add(keys.get(i).withUses(uses));
    }
    return new KeyFileDocument(revision, fileId, slots, withEarlierUses).equals(earlier);
  }

  /** Refuses what no writer that keeps the rules has written. */
  void check() {
    Set<Bytes> slotIds = new HashSet<>();
    if (!slots.stream().allMatch(slot -> slotIds.add(slot.head().id()))) {
      throw Damage.altered("two slots have the same id"); // [keyfile-12]
    }
    Set<KeyId> keyIds = new HashSet<>();
    if (!keys.stream().allMatch(row -> keyIds.add(row.id()))) {
      throw Damage.altered("two keys have the same id"); // [keyfile-15]
    }
    for (int i = 0; i < keys.size(); i++) {
      if (i > 0 && ORDER.compare(keys.get(i - 1), keys.get(i)) >= 0) {
        throw Damage.altered("its keys are not in order"); // [keyfile-15]
      }
    }
    keys.stream().map(KeyRow::name).distinct().forEach(this::checkStates);
  }

  /** OLD or RETIRED ones, then the PRIMARY, then at most one PENDING. */
  private void checkStates(String name) {
    StringBuilder states = new StringBuilder();
    keys.stream()
        .filter(row -> row.name().equals(name))
        .forEach(row -> states.append(row.state().name()).append(' '));
    if (!states.toString().matches("((OLD|RETIRED) )*PRIMARY (PENDING )?")) {
      throw Damage.altered("the states of a key's generations do not fit"); // [keyfile-16]
    }
  }
}
