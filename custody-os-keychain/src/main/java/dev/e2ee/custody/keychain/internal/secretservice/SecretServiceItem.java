package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.keychain.internal.item.CheckedItem;
import dev.e2ee.custody.keychain.internal.item.ItemName;
import dev.e2ee.custody.keychain.internal.item.ItemStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One item of the Secret Service.
 *
 * <p>{@code secret-tool lookup service S account A} shows it. An item is looked for in all
 * collections, and is made in the default one. That nothing was found is believed only when no
 * collection is locked: KeePassXC shows nothing of a locked one.
 */
public final class SecretServiceItem implements ItemStore {
  /** What a person calls this keychain. */
  public static final String TITLE = "the Secret Service";

  /** The collection that ends with the session. */
  private static final String SESSION_ONLY = "session";

  private static final String IS_LOCKED = "org.freedesktop.Secret.Error.IsLocked";

  private final SecretService keychain;
  private final ItemName name;
  private final boolean interaction;
  private final Map<String, String> attributes;

  private SecretServiceItem(SecretService keychain, ItemName name, boolean interaction) {
    this.keychain = keychain;
    this.name = name;
    this.interaction = interaction;
    this.attributes =
        Map.of("xdg:schema", "dev.e2ee.slot", "service", name.service(), "account", name.account());
  }

  /**
   * The item of this name.
   *
   * @param interaction whether the keychain may ask the person to unlock it
   */
  public static KekHolder of(ItemName name, boolean interaction, Engine engine) {
    return new CheckedItem(
        TITLE,
        name,
        (Deadline deadline) ->
            new SecretServiceItem(
                SecretService.connect(interaction, engine, deadline), name, interaction),
        (Deadline deadline) -> isThere(name, engine, deadline));
  }

  private static boolean isThere(ItemName name, Engine engine, Deadline deadline) {
    try (SecretService keychain = SecretService.connect(false, engine, deadline)) {
      SecretServiceItem item = new SecretServiceItem(keychain, name, false);
      return item.asked(false, item::path).isPresent();
    }
  }

  private interface Question<T> {
    T ask() throws BusException;
  }

  private <T> T asked(boolean changes, Question<T> question) {
    try {
      return question.ask();
    } catch (BusException e) {
      throw error(e, changes);
    } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
      throw new CustodyException(
          Kind.TRANSIENT,
          TITLE + " answered something else than its specification says; try again",
          e,
          changes,
          OptionalLong.empty());
    }
  }

  private CustodyException error(BusException e, boolean changes) {
    if (e.nobodyIsThere()) {
      return new CustodyException(
          Kind.REMOVED,
          "no Secret Service answers on the session bus; start GNOME Keyring, KeePassXC with its"
              + " Secret Service or KWallet",
          e);
    }
    if (e.error().equals(IS_LOCKED)) {
      return new CustodyException(
          Kind.LOCKED,
          TITLE + " has locked the item " + name + "; unlock it there, and try again",
          e);
    }
    if (e.error().endsWith(".AccessDenied")) {
      return new CustodyException(
          Kind.DENIED,
          TITLE + " does not give the item " + name + " to this program; allow it there",
          e);
    }
    return new CustodyException(
        Kind.TRANSIENT,
        TITLE
            + " failed: "
            + e.getMessage()
            + "; nothing is known to be wrong with the item "
            + name
            + ". Try again",
        e,
        changes,
        OptionalLong.empty());
  }

  @Override
  public Optional<SecretBytes> find() {
    return asked(
        false,
        () -> {
          Optional<String> item = path();
          if (item.isEmpty()) {
            return Optional.empty();
          }
          try (SecretService.Session session = keychain.openSession()) {
            return Optional.of(session.secret(item.get()));
          }
        });
  }

  /** The one item, unlocked; empty when there is provably none. */
  private Optional<String> path() throws BusException {
    boolean asked = false;
    while (true) {
      List<String> locked = lockedCollections(); // before: one may be unlocked meanwhile
      SecretService.Found found = keychain.search(attributes);
      if (found.count() > 1) {
        throw ambiguous(found.count());
      }
      if (found.count() == 1) {
        unlock(found.locked(), "the item " + name);
        return found.unlocked().stream().findFirst().or(found.locked().stream()::findFirst);
      }
      locked = locked.isEmpty() ? lockedCollections() : locked;
      if (locked.isEmpty()) {
        collection(); // one is open at least
        return Optional.empty();
      }
      String what = "its collection " + keychain.label(locked.get(0));
      if (asked) {
        throw locked(what);
      }
      unlock(locked, what);
      asked = true;
    }
  }

  private CustodyException ambiguous(int count) {
    return new CustodyException(
        Kind.AMBIGUOUS,
        TITLE
            + " has "
            + count
            + " items "
            + name
            + ", and none is taken. Look at their texts in its own program: the key file's contains"
            + " the id of the slot that \"e2ee key slots\" shows. Delete the others there, one by one;"
            + " secret-tool clear would delete all of them");
  }

  private List<String> lockedCollections() throws BusException {
    List<String> locked = new ArrayList<>();
    for (String collection : keychain.collections()) {
      if (keychain.isLocked(collection)) {
        locked.add(collection);
      }
    }
    return locked;
  }

  private void unlock(List<String> objects, String what) throws BusException {
    if (objects.isEmpty()) {
      return;
    }
    if (!interaction) {
      throw locked(what);
    }
    keychain.unlock(objects);
  }

  private static CustodyException locked(String what) {
    return new CustodyException(
        Kind.LOCKED,
        TITLE
            + " has locked "
            + what
            + "; unlock it, such as by logging in to the desktop, and try again");
  }

  @Override
  public void make(SecretBytes content) {
    asked(
        true,
        () -> {
          keychain.takeTurn();
          requireNone(); // an answer that came late may have made it
          String collection = collection();
          if (keychain.isLocked(collection)) {
            unlock(List.of(collection), "its default collection");
          }
          Optional<String> made;
          try (SecretService.Session session = keychain.openSession()) {
            made = session.create(collection, "Key of " + name + " (E2EE)", attributes, content);
          }
          requireAlone(made);
          return made;
        });
  }

  private void requireNone() throws BusException {
    if (keychain.search(attributes).count() > 0) {
      throw new CustodyException(
          Kind.CONFLICT,
          TITLE + " has made the item " + name + " meanwhile; try again, which takes it");
    }
  }

  /** Who writes without our lock may have made one at the same time. */
  private void requireAlone(Optional<String> made) throws BusException {
    if (made.isPresent() && keychain.search(attributes).count() > 1) {
      keychain.delete(made.get());
      throw new CustodyException(
          Kind.CONFLICT,
          "another program made the item "
              + name
              + " of "
              + TITLE
              + " at the same time; name another service or account");
    }
  }

  /** Where new items go. */
  private String collection() throws BusException {
    String collection =
        keychain
            .alias("default")
            .orElseThrow(
                () ->
                    new CustodyException(
                        Kind.LOCKED,
                        TITLE
                            + " has no collection open; open one there, such as by logging in to the"
                            + " desktop"));
    if (keychain.alias(SESSION_ONLY).equals(Optional.of(collection))) {
      throw new CustodyException(
          Kind.LOCKED,
          TITLE
              + " has no collection open but one that ends with this session; open another there");
    }
    return collection;
  }

  @Override
  public void close() {
    keychain.close();
  }
}
