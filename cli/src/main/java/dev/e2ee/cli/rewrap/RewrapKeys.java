package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.store.Store;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys that envelopes have, and those that they move to; each is looked up once. */
final class RewrapKeys {
  private final Store from;
  private final Store to;
  private final @Nullable String targetName;
  private final Map<KeyId, CustodyKey> sources = new HashMap<>();
  private final Map<KeyId, Boolean> current = new HashMap<>();
  private final Map<String, CustodyKey> targets = new HashMap<>();

  /**
   * Of two unlocked stores, or of one.
   *
   * @param targetName the key to move to; null for the one of the same name
   * @throws Failure CUSTODY when there is no such key to move to
   */
  RewrapKeys(Store from, Store to, @Nullable String targetName) {
    this.from = from;
    this.to = to;
    this.targetName = targetName;
    if (targetName != null) {
      targets.put(targetName, to.primary(targetName));
    }
  }

  /** Whether this is already the id of a key to move to. */
  boolean isCurrent(KeyId id) {
    return current.computeIfAbsent(id, this::isPrimaryThere);
  }

  private boolean isPrimaryThere(KeyId id) {
    return found(id)
        .map(CustodyKey::description)
        .filter(key -> key.state() == KeyState.PRIMARY)
        .filter(key -> targetName == null || targetName.equals(key.name()))
        .isPresent();
  }

  /**
   * The key that an envelope names, to move away from.
   *
   * @throws Failure WRONG_KEY when it is not there
   */
  CustodyKey source(KeyId id) {
    return sources.computeIfAbsent(id, from::named);
  }

  /**
   * The key that takes the place of this one.
   *
   * @throws Failure CUSTODY when there is none
   */
  CustodyKey target(CustodyKey source) {
    String name = targetName == null ? source.description().name() : targetName;
    return targets.computeIfAbsent(name, to::primary);
  }

  /**
   * The key of this id, wherever it is.
   *
   * @throws Failure WRONG_KEY when it is not there
   */
  CustodyKey any(KeyId id) {
    return found(id).orElseGet(() -> source(id));
  }

  private Optional<CustodyKey> found(KeyId id) {
    try {
      return Optional.of(to.custody().find(id));
    } catch (CustodyException e) {
      if (e.kind() == CustodyException.Kind.MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
