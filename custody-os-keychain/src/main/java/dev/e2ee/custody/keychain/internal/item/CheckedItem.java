package dev.e2ee.custody.keychain.internal.item;

import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An item of a keychain that is believed only as far as it was read back. Each call connects anew,
 * so that it finds the keychain that there is now; one writes at a time, and never over another
 * item.
 */
public final class CheckedItem implements KekHolder {
  private static final SecretBytes DONE = SecretBytes.adopt(new byte[0]);

  private final String keychain;
  private final ItemName name;
  private final ItemStore.Opening opening;
  private final Optional<ItemStore.Looking> looking;

  /**
   * An item.
   *
   * @param keychain what a person calls the keychain
   */
  public CheckedItem(String keychain, ItemName name, ItemStore.Opening opening) {
    this(keychain, name, opening, Optional.empty());
  }

  /**
   * An item that can be looked for without asking anybody.
   *
   * @param keychain what a person calls the keychain
   */
  public CheckedItem(
      String keychain, ItemName name, ItemStore.Opening opening, ItemStore.Looking looking) {
    this(keychain, name, opening, Optional.of(looking));
  }

  private CheckedItem(
      String keychain,
      ItemName name,
      ItemStore.Opening opening,
      Optional<ItemStore.Looking> looking) {
    this.keychain = keychain;
    this.name = name;
    this.opening = opening;
    this.looking = looking;
  }

  @Override
  public String description() {
    return "the item " + name + " of " + keychain;
  }

  @Override
  public String name() {
    return name.toString();
  }

  @Override
  public boolean look(Duration limit) {
    return looking.map(at -> look(at, Deadline.after(limit))).orElse(false);
  }

  private boolean look(ItemStore.Looking at, Deadline deadline) {
    boolean there = Bounded.run(keychain, false, deadline, () -> isThere(at, deadline), late -> {});
    if (!there) {
      throw missing();
    }
    return true;
  }

  private boolean isThere(ItemStore.Looking at, Deadline deadline) {
    try {
      return at.isThere(deadline);
    } catch (LinkageError e) {
      throw withoutLibrary(keychain, e);
    }
  }

  @Override
  public SecretBytes read(Duration limit) {
    Deadline deadline = Deadline.after(limit);
    return Bounded.run(
        keychain,
        false,
        deadline,
        () -> {
          try (ItemStore store = connect(deadline)) {
            return content(store);
          }
        },
        SecretBytes::close);
  }

  private ItemStore connect(Deadline deadline) {
    try {
      return opening.open(deadline);
    } catch (LinkageError e) {
      throw withoutLibrary(keychain, e);
    }
  }

  /** For an application that lacks a library, or its native code, which a keychain needs. */
  public static CustodyException withoutLibrary(String keychain, LinkageError missing) {
    return new CustodyException(
        Kind.UNSUPPORTED,
        keychain
            + " cannot be reached: a library is missing ("
            + missing.getMessage()
            + "); put all that e2ee-custody-os-keychain depends on on the class path, as Maven does",
        missing);
  }

  private SecretBytes content(ItemStore store) {
    return store.find().orElseThrow(this::missing);
  }

  private CustodyException missing() {
    return new CustodyException(
        Kind.MISSING,
        keychain
            + " is readable and has no item "
            + name
            + "; name the right service and account, or restore the item");
  }

  /** One writer at a time; one whose time is over stays the one until it ends. */
  @Override
  @SuppressWarnings("try") // the lock is held, not used
  public void create(SecretBytes content, Duration limit) {
    Deadline deadline = Deadline.after(limit);
    Bounded.run(
        keychain,
        true,
        deadline,
        () -> {
          try (ExclusiveLock writer = name.writer(deadline);
              ItemStore store = connect(deadline)) {
            requireNone(store);
            makeAndReadBack(store, content);
          }
          return DONE;
        },
        SecretBytes::close);
  }

  private void requireNone(ItemStore store) {
    store
        .find()
        .ifPresent(
            present -> {
              present.close();
              throw new CustodyException(
                  Kind.CONFLICT,
                  description() + " is there already; name another service or account");
            });
  }

  private void makeAndReadBack(ItemStore store, SecretBytes content) {
    try {
      store.make(content);
      if (!store.find().map(kept -> isSame(kept, content)).orElse(false)) {
        throw doubtful(
            Kind.TRANSIENT, " is not what was written; look at it there, and try again", null);
      }
    } catch (CustodyException e) {
      throw e.mayHaveTakenEffect()
          ? e
          : doubtful(e.kind(), ": the item may have been made all the same", e);
    }
  }

  private static boolean isSame(SecretBytes kept, SecretBytes content) {
    try (kept) {
      return kept.sameBytes(content);
    }
  }

  private CustodyException doubtful(Kind kind, String what, @Nullable CustodyException why) {
    return new CustodyException(
        kind,
        description() + what + (why == null ? "" : ": " + why.getMessage()),
        why,
        true,
        OptionalLong.empty());
  }
}
