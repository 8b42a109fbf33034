package dev.e2ee.cli.rotate;

import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The generation that records move to, and those that they move from. */
final class KeyMove {
  private final Store from;
  private final CustodyKey fresh;
  private final List<KeyDescription> old;

  /**
   * Of two unlocked stores, or of one.
   *
   * @param name the key whose generations records are under
   * @param target the key to move to; null for the one of the same name
   * @throws dev.e2ee.cli.io.Failure CUSTODY when there is no such key
   */
  KeyMove(Store from, Store to, String name, @Nullable String target) {
    this.from = from;
    CustodyKey primary = from.primary(name);
    this.fresh =
        target == null && from == to ? primary : to.primary(target == null ? name : target);
    this.old =
        from.custody().list().stream()
            .filter(key -> key.name().equals(name))
            .filter(key -> key.state() == KeyState.PRIMARY || key.state() == KeyState.OLD)
            .filter(key -> !key.id().equals(fresh.description().id()))
            .toList();
  }

  /** Their ring; the caller closes it. */
  KeyRing ring() throws InvalidKeyException {
    return KeyRing.of(fresh, old.stream().map(key -> from.named(key.id())).toList());
  }

  /** The new key, for a person. */
  String freshText() {
    return KeyTexts.phrase(fresh.description());
  }

  /** Those of the old keys that have these ids. */
  List<KeyDescription> old(Set<KeyId> ids) {
    return old.stream().filter(key -> ids.contains(key.id())).toList();
  }
}
