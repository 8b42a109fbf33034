package dev.e2ee.custody.tck.mutant;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyInfo;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.jspecify.annotations.Nullable;

/** The example, with one fault in its answers. */
final class MutantCustody implements KeyCustody {
  private final Mutation mutation;
  private final Supplier<KeyCustody> opener;
  private final CustodyOptions options;
  private final Map<String, CustodyKey> known = Collections.synchronizedMap(new HashMap<>());
  private volatile KeyCustody inner;
  private volatile @Nullable CustodyException lockedOutside;
  private volatile boolean closed;

  /** What a mutant keeps that it should not. */
  final List<byte[]> kept = Collections.synchronizedList(new ArrayList<>());

  /** What one thread wrapped last, for another one. */
  final Map<Mutation, byte[]> shared = new ConcurrentHashMap<>();

  MutantCustody(Mutation mutation, Supplier<KeyCustody> opener, CustodyOptions options) {
    this.mutation = mutation;
    this.opener = opener;
    this.options = options;
    this.inner = told(opener);
  }

  boolean does(Mutation one) {
    return mutation == one;
  }

  boolean isClosed() {
    return closed;
  }

  /** An operation, whose refusal a mutant may tell as another one. */
  <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (CustodyException e) {
      if (isLate(e.kind())) {
        sleep(options.deadline().multipliedBy(e.kind() == Kind.TIMEOUT ? 2 : 3));
      }
      throw switch (mutation) {
        case SAYS_MISSING_FOR_LOCKED -> as(e, Kind.LOCKED, Kind.MISSING);
        case SAYS_INTEGRITY_FOR_GONE -> as(e, Kind.REMOVED, Kind.INTEGRITY);
        case SAYS_MISSING_FOR_GONE -> as(e, Kind.REMOVED, Kind.MISSING);
        case SAYS_INTEGRITY_FOR_CORRUPT -> as(e, Kind.CORRUPT, Kind.INTEGRITY);
        case SAYS_TRANSIENT_FOR_FROZEN -> as(e, Kind.TIMEOUT, Kind.TRANSIENT);
        case SAYS_CORRUPT_FOR_DENIED -> as(e, Kind.DENIED, Kind.CORRUPT);
        default -> e;
      };
    }
  }

  private boolean isLate(Kind kind) {
    return (does(Mutation.TIMES_OUT_LATE) && kind == Kind.TIMEOUT)
        || (does(Mutation.SAYS_GONE_LATE) && kind == Kind.REMOVED);
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CustodyException as(CustodyException e, Kind from, Kind to) {
    return e.kind() == from ? new CustodyException(to, String.valueOf(e.getMessage())) : e;
  }

  private CustodyKey handle(CustodyKey key) {
    MutantKey mutant = new MutantKey(this, key);
    known.put(key.id().toString(), mutant);
    return mutant;
  }

  /** All keys that were handed out. */
  List<CustodyKey> handedOut() {
    synchronized (known) {
      return List.copyOf(known.values());
    }
  }

  @Override
  public CustodyInfo info() {
    CustodyInfo info = inner.info();
    return does(Mutation.SHOWS_A_QUERY)
        ? new CustodyInfo(info.scheme(), info.location() + "?pin=1", info.backend(), false)
        : info;
  }

  @Override
  public Set<Capability> capabilities() {
    Set<Capability> claimed = EnumSet.copyOf(inner.capabilities());
    if (does(Mutation.AGREES_ON_ZEROS)) {
      claimed.add(Capability.ECDH_P256);
    }
    if (does(Mutation.CLAIMS_TO_SIGN) || does(Mutation.SIGNS_ANOTHER_MESSAGE)) {
      claimed.add(Capability.SIGN_P256);
    }
    return claimed;
  }

  @Override
  public Health health() {
    return inner.health();
  }

  @Override
  public void unlock() {
    if (does(Mutation.TRIES_EACH_WRONG_SECRET) && inner.health().status() == Health.Status.LOCKED) {
      inner.close();
      inner = opener.get();
    }
    if (lockedOutside != null) {
      throw lockedOutside;
    }
    try {
      inner.unlock();
    } catch (CustodyException e) {
      if (e.kind() == Kind.LOCKED) {
        isLockedOutside(e);
      } else {
        throw does(Mutation.SHOWS_THE_SECRET) && e.kind() == Kind.AUTH_FAILED
            ? new CustodyException(e.kind(), "not '" + asked() + "' but something else")
            : e;
      }
    }
  }

  private void isLockedOutside(CustodyException refusal) {
    switch (mutation) {
      case OPENS_WHAT_IS_LOCKED_OUTSIDE -> {
        return;
      }
      case STAYS_LOCKED -> lockedOutside = refusal;
      case MAKES_A_KEY_WHEN_LOCKED_OUTSIDE -> makesAKey();
      default -> {}
    }
    throw does(Mutation.SAYS_MISSING_FOR_LOCKED_OUTSIDE)
        ? as(refusal, Kind.LOCKED, Kind.MISSING)
        : refusal;
  }

  /** As one that takes a store which it cannot read for an empty one. */
  private void makesAKey() {
    Path lock = Path.of(CustodyUri.parse(inner.info().location()).path(), "locked");
    try {
      Files.delete(lock);
      inner.unlock();
      inner.generate("new-" + System.nanoTime(), KeyKind.UMK);
      inner.lock();
      Files.createFile(lock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fixture's right one, which the mutant shows in its errors. */
  private String asked() {
    PasswordCallback callback = new PasswordCallback("PIN", false);
    try {
      options.callbackHandler().orElseThrow().handle(new Callback[] {callback});
    } catch (IOException | UnsupportedCallbackException e) {
      throw new IllegalStateException(e);
    }
    return String.valueOf(callback.getPassword());
  }

  @Override
  public void lock() {
    inner.lock();
  }

  @Override
  public CustodyKey find(String name) {
    if (does(Mutation.WORKS_AFTER_CLOSE) && closed) {
      return handedOut().get(0);
    }
    try {
      return handle(told(() -> inner.find(name)));
    } catch (CustodyException e) {
      if (does(Mutation.GENERATES_WHEN_NONE_IS_FOUND) && e.kind() == Kind.MISSING) {
        return generate(name, KeyKind.UMK);
      }
      throw e;
    }
  }

  @Override
  public CustodyKey find(KeyId id) {
    return handle(told(() -> inner.find(id)));
  }

  @Override
  public List<KeyDescription> list() {
    return told(inner::list);
  }

  @Override
  public CustodyKey generate(String name, KeyKind kind) {
    if (does(Mutation.AGREES_ON_ZEROS) || does(Mutation.SIGNS_ANOTHER_MESSAGE)) {
      return new WrongDeviceKey(kind, name);
    }
    if (does(Mutation.DESCRIBES_ANOTHER)) {
      return handle(inner.generate(name + "-x", kind));
    }
    if (does(Mutation.ACKNOWLEDGES_EARLY)) {
      return generatedLate(name, kind);
    }
    try {
      return handle(told(() -> inner.generate(name, kind)));
    } catch (CustodyException e) {
      boolean takes = does(Mutation.TAKES_A_TAKEN_NAME) || does(Mutation.OVERWRITES_A_RACE);
      if (takes && e.kind() == Kind.CONFLICT) {
        return find(name);
      }
      throw e;
    }
  }

  /** Another key than the one that is said to be there: as if the last write were lost. */
  private CustodyKey generatedLate(String name, KeyKind kind) {
    CustodyKey key = inner.generate(name + "-lost", kind);
    inner.generate(name, kind);
    return handle(key);
  }

  @Override
  public CustodyKey rotate(String name) {
    return handle(told(() -> inner.rotate(name)));
  }

  @Override
  public CustodyKey importKey(String name, SecretBytes key) {
    if (does(Mutation.IMPORTS_ANOTHER) && key.length() == 32) {
      return handle(inner.generate(name, KeyKind.UMK));
    }
    return handle(inner.importKey(name, key));
  }

  @Override
  public CustodyKey importKey(String name, int generation, KeyId id, SecretBytes key) {
    return handle(inner.importKey(name, generation, id, key));
  }

  @Override
  public SecretBytes export(KeyId id, String reason) {
    return inner.export(id, does(Mutation.EXPORTS_WITHOUT_A_REASON) ? "because" + reason : reason);
  }

  @Override
  public void retire(KeyId id) {
    if (does(Mutation.RETIRES_NOTHING)) {
      inner.list();
      if (inner.find(id).description().state() != KeyState.PRIMARY) {
        return;
      }
    }
    try {
      inner.retire(id);
    } catch (CustodyException e) {
      if (!(does(Mutation.RETIRES_WHAT_IS_IN_USE) && e.kind() == Kind.POLICY)) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    if (does(Mutation.CLOSES_NOTHING)) {
      return;
    }
    closed = true;
    inner.close();
  }
}
