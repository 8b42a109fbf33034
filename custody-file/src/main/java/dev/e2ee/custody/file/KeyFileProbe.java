package dev.e2ee.custody.file;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.argon2.InsufficientMemoryException;
import dev.e2ee.custody.file.internal.core.DekCipher;
import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.custody.file.internal.session.WrapBudget;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeNotes;
import dev.e2ee.spi.probe.ProbeReport;
import dev.e2ee.spi.probe.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks into one key file: who can get at it, what opens it, how much its keys may still wrap. */
public final class KeyFileProbe {
  private final CustodyUri uri;
  private final CustodyOptions options;
  private final Supplier<KeyFile> opening;
  private final ProbeNotes notes;

  /**
   * Of one store.
   *
   * @param uri that a person named
   * @param opening opens its key file, locked
   */
  public KeyFileProbe(CustodyUri uri, CustodyOptions options, Supplier<KeyFile> opening) {
    this.uri = uri;
    this.options = options;
    this.opening = opening;
    this.notes = new ProbeNotes(uri.location());
  }

  /** What it found. */
  public ProbeReport probe(ProbeDepth depth) {
    try (KeyFile file = opening.get()) {
      boolean tries = depth == ProbeDepth.TRY;
      boolean opens = file.item().map(item -> keychain(file, item, tries)).orElse(true);
      if (tries && file.item().isEmpty()) {
        notes.unlock(file::unlock, uri);
      }
      access(file);
      Health health = file.health();
      if (opens || health.status() == Health.Status.UNAVAILABLE) {
        notes.store(file.info(), health);
      } else {
        notes.uses(file.info());
      }
      notes.keys(file.list());
      wraps(file.rows());
      slots(file);
      if (tries) {
        speed(file);
      }
    } catch (CustodyException e) {
      notes.stop("keys", e, remedy(e.kind()));
    }
    return notes.report();
  }

  /**
   * What a keychain says tells what to do: nobody is asked for a PIN or passphrase.
   *
   * @return false when its item does not open the file
   */
  private boolean keychain(KeyFile file, KekHolder item, boolean tries) {
    if (types(file).contains(SlotType.KEYCHAIN)) {
      notes.add(Section.titled("keychain").with("the file's key", item.description()));
      return tries ? unlock(file) : look(file, item);
    }
    notes.stop(
        "keychain",
        new CustodyException(
            Kind.AUTH_FAILED, "no slot of it is for a keychain. " + file.withoutItem()),
        "open it by that URI, or add the item: e2ee key add-slot --keys '"
            + CustodyUri.ofFile(file.path()).location()
            + "' --keychain='"
            + uri.canonical()
            + "'");
    return false;
  }

  private boolean unlock(KeyFile file) {
    try {
      file.unlock();
      notes.add(Finding.ok("keychain", "its item was read, and opens the file"));
      return true;
    } catch (CustodyException e) {
      notes.stop("keychain", e, "");
      return false;
    }
  }

  /** Looks for the item, and reads no secret: whether it fits is told by its slot's label only. */
  private boolean look(KeyFile file, KekHolder item) {
    try {
      if (item.look(options.deadline())
          && file.slots().stream().noneMatch(slot -> slot.mayBeOf(item))) {
        notes.add(
            Finding.warn(
                "keychain",
                item.description() + " is there, but no slot has its label: it may open none",
                "try: e2ee custody probe '" + uri.canonical() + "'"));
      }
      return true;
    } catch (CustodyException e) {
      String told = e.kind() + ": " + e.getMessage();
      switch (e.kind()) {
        case LOCKED, TIMEOUT, TRANSIENT ->
            notes.add(Finding.warn("keychain", told, file.withoutItem()));
        default -> notes.stop("keychain", e, file.withoutItem());
      }
      return e.kind() == Kind.LOCKED;
    }
  }

  private String remedy(Kind kind) {
    return switch (kind) {
      case MISSING ->
          "e2ee init --keys "
              + (uri.scheme().equals("file") ? uri.location() : "'" + uri.canonical() + "'")
              + ", or another one";
      case CORRUPT -> "put a backup of it back";
      default -> "";
    };
  }

  /** Opening has refused wrong permissions already, where the file system tells them. */
  private void access(KeyFile file) {
    notes.add(
        Section.titled("file")
            .with("path", file.path())
            .with("format", KeyFile.BACKEND)
            .with("writable", file.info().persistsUses()));
    notes.add(
        file.permissionsKnown()
            ? Finding.ok("access", "only its owner can read the key file or replace it")
            : Finding.warn(
                "access",
                "this system does not tell who else can read the key file",
                "check it by hand"));
  }

  private void wraps(List<KeyRow> rows) {
    Section left = Section.titled("wraps left");
    for (KeyRow row : rows) {
      if (row.state() == KeyState.PRIMARY) {
        left =
            left.with(row.name() + " " + row.identity().generation(), KeyRow.MAX_USES - row.uses());
        if (row.uses() >= WrapBudget.WARN) {
          notes.add(
              Finding.warn(
                  "uses",
                  "'" + row.name() + "' has wrapped more than 2^31 times",
                  "e2ee key rotate " + row.name()));
        }
      }
    }
    notes.add(left);
  }

  private void slots(KeyFile file) {
    Section section = Section.titled("slots");
    for (SlotInfo slot : file.slots()) {
      section =
          section.with(
              slot.id().toString(),
              slot.type()
                  + (slot.label().isEmpty() ? "" : " '" + slot.label() + "'")
                  + slot.cost().map(cost -> ", Argon2id with " + cost).orElse(""));
    }
    notes.add(section);
    List<SlotType> types = types(file);
    notes.add(ways(types, "e2ee key add-slot" + (file.wraps().isApproved() ? " --raw" : "")));
    if (types.contains(SlotType.RAW)) {
      notes.add(
          Finding.warn(
              "slots", "whoever can read the slot-key file has the keys", "keep it off backups"));
    }
  }

  private static List<SlotType> types(KeyFile file) {
    return file.slots().stream().map(SlotInfo::type).toList();
  }

  private static Finding ways(List<SlotType> types, String command) {
    if (types.size() == 1) {
      return Finding.warn(
          "slots",
          "one way to open the file (" + types.get(0) + "); if it is lost the keys are lost",
          "add one with " + command);
    }
    String ways = types.size() + " ways to open the file: " + types;
    return types.stream().allMatch(SlotType.KEYCHAIN::equals)
        ? Finding.warn(
            "slots",
            ways + "; if the keychain is reset they are all lost, and the keys with them",
            "add another kind with " + command)
        : Finding.ok("slots", ways);
  }

  /** Of this machine, with a key and a passphrase that are thrown away: no wrap is counted. */
  private void speed(KeyFile file) {
    Section section = Section.titled("speed");
    Engine engine = KeyFile.engine(options);
    List<Argon2Cost> costs =
        file.slots().stream().map(SlotInfo::cost).flatMap(Optional::stream).distinct().toList();
    for (Argon2Cost cost : engine.isApprovedOnly() ? List.<Argon2Cost>of() : costs) {
      section = unlockTime(section, engine, cost);
    }
    try (SecretBytes key = SecretBytes.adopt(engine.random(32));
        SecretBytes dek = SecretBytes.adopt(engine.random(DekCipher.DEK))) {
      notes.speed(section, () -> wrap(engine, key, dek));
    }
  }

  private static void wrap(Engine engine, SecretBytes key, SecretBytes dek) {
    try (RawUmk umk = new RawUmk(engine, SecretBytes.adopt(key.copy()))) {
      umk.wrap(dek, new byte[32]);
    }
  }

  private Section unlockTime(Section section, Engine engine, Argon2Cost cost) {
    String name = "unlock, Argon2id with " + cost;
    long begin = System.nanoTime();
    try {
      Argon2id.derive(cost, engine.random(16), engine.random(16), 32);
    } catch (InsufficientMemoryException e) {
      notes.add(
          Finding.fail(
              "memory",
              "a passphrase of the file cannot be tried: " + e.getMessage(),
              "E2EE_JAVA_OPTS=-Xmx1g e2ee …"));
      return section.with(name, "not possible");
    }
    return section.with(name, Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
  }
}
