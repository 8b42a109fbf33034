package dev.e2ee.custody.tck.example;

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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** One opened directory of keys. */
final class ExampleCustody implements KeyCustody {
  static final String BACKEND = "Example of a back end, keys in a directory";

  private final CustodyUri uri;
  private final ExampleDirectory directory;
  private final ExampleAudit audit;
  private final ExampleLock lock;

  ExampleCustody(
      CustodyUri uri, ExampleDirectory directory, CustodyOptions options, ExampleAudit audit) {
    this.uri = uri;
    this.directory = directory;
    this.audit = audit;
    this.lock = new ExampleLock(directory, options.callbackHandler());
  }

  @Override
  public CustodyInfo info() {
    return new CustodyInfo("file", uri.location(), BACKEND, false);
  }

  /** A wrap of a key that is thrown away is tried, also with another AAD. */
  @Override
  public Set<Capability> capabilities() {
    lock.requireNotClosed();
    byte[] key = ExampleBox.random(32);
    byte[] wrapped = ExampleBox.seal(key, new byte[32], new byte[1]);
    try {
      ExampleBox.open(key, wrapped, new byte[1]);
      ExampleBox.open(key, wrapped, new byte[2]);
      return EnumSet.noneOf(Capability.class);
    } catch (javax.crypto.AEADBadTagException e) {
      return EnumSet.of(
          Capability.DEK_WRAP, Capability.GENERATE, Capability.IMPORT, Capability.EXPORT);
    }
  }

  @Override
  public Health health() {
    try {
      lock.requireNotClosed();
      directory.rows();
      return lock.isOpen()
          ? new Health(Health.Status.READY, "unlocked")
          : new Health(Health.Status.LOCKED, "readable; unlock it");
    } catch (CustodyException e) {
      return new Health(Health.Status.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void unlock() {
    audit.attempt(
        "unlock",
        attempt -> {
          lock.open();
          return attempt;
        });
  }

  @Override
  public void lock() {
    audit.attempt(
        "lock",
        attempt -> {
          lock.lock();
          return attempt;
        });
  }

  @Override
  public CustodyKey find(String name) {
    return audit.attempt(
        "find",
        attempt ->
            lock.with(
                key ->
                    handle(
                        attempt,
                        directory
                            .newest(name)
                            .orElseThrow(() -> missing("named '" + name + "'")))));
  }

  @Override
  public CustodyKey find(KeyId id) {
    return audit.attempt("find", attempt -> lock.with(key -> handle(attempt.on(id, 0), row(id))));
  }

  ExampleRow row(KeyId id) {
    return directory.rows().stream()
        .filter(row -> row.id().equals(id))
        .findFirst()
        .orElseThrow(() -> missing("with the id " + id));
  }

  static CustodyException missing(String what) {
    return new CustodyException(Kind.MISSING, "there is no key " + what + "; list the keys");
  }

  private ExampleKey handle(ExampleAudit.Attempt attempt, ExampleRow row) {
    attempt.on(row.id(), row.generation());
    return new ExampleKey(this, row);
  }

  @Override
  public List<KeyDescription> list() {
    return audit.attempt(
        "list",
        attempt -> {
          lock.requireNotClosed();
          return directory.rows().stream()
              .map(row -> row.described(directory.isNewest(row)))
              .toList();
        });
  }

  @Override
  public CustodyKey generate(String name, KeyKind kind) {
    return audit.attempt(
        "generate",
        attempt -> {
          if (kind != KeyKind.UMK) {
            throw new CustodyException(Kind.UNSUPPORTED, "only UMKs, not " + kind);
          }
          if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new CustodyException(Kind.POLICY, "a name has 1 to 64 of A-Z a-z 0-9 . _ -");
          }
          return handle(
              attempt,
              changed(
                  key -> {
                    if (directory.newest(name).isPresent()) {
                      throw new CustodyException(Kind.CONFLICT, "'" + name + "' is taken");
                    }
                    return added(key, name, 1);
                  }));
        });
  }

  @Override
  public CustodyKey rotate(String name) {
    return audit.attempt(
        "rotate",
        attempt ->
            handle(
                attempt,
                changed(
                    key -> {
                      ExampleRow before =
                          directory.newest(name).orElseThrow(() -> missing("named '" + name + "'"));
                      return added(key, name, before.generation() + 1);
                    })));
  }

  private ExampleRow changed(Function<byte[], ExampleRow> change) {
    return lock.with(key -> directory.alone(() -> change.apply(key)));
  }

  /** Made, and read back before it is said to be there. */
  private ExampleRow added(byte[] storeKey, String name, int generation) {
    KeyId id = KeyId.of(ExampleBox.random(KeyId.LENGTH));
    return added(storeKey, name, generation, id, ExampleBox.random(32));
  }

  private ExampleRow added(byte[] storeKey, String name, int generation, KeyId id, byte[] umk) {
    try {
      ExampleRow made = ExampleRow.of(name, generation, id, storeKey, umk);
      directory.add(made);
      byte[] back = row(made.id()).open(storeKey);
      if (!Arrays.equals(umk, back)) {
        throw new CustodyException(Kind.CORRUPT, "another key was read back");
      }
      Arrays.fill(back, (byte) 0);
      return made;
    } finally {
      Arrays.fill(umk, (byte) 0);
    }
  }

  /** Its id is the beginning of its hash: the same bytes have the same. */
  @Override
  public CustodyKey importKey(String name, SecretBytes key) {
    byte[] raw = key.copy();
    try {
      return imported(name, 1, KeyId.of(Arrays.copyOf(ExampleAudit.sha256(raw), 16)), key);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  @Override
  public CustodyKey importKey(String name, int generation, KeyId id, SecretBytes key) {
    return imported(name, generation, id, key);
  }

  private CustodyKey imported(String name, int generation, KeyId id, SecretBytes key) {
    return audit.attempt(
        "import",
        attempt -> {
          if (key.length() != 32) {
            throw new CustodyException(Kind.POLICY, "a UMK has 32 bytes, not " + key.length());
          }
          return handle(
              attempt.on(id, generation),
              changed(
                  storeKey -> {
                    boolean there = directory.rows().stream().anyMatch(row -> row.id().equals(id));
                    if (there || directory.newest(name).isPresent()) {
                      throw new CustodyException(Kind.CONFLICT, "the key or its name is there");
                    }
                    return added(storeKey, name, generation, id, key.copy());
                  }));
        });
  }

  @Override
  public SecretBytes export(KeyId id, String reason) {
    return audit.attempt(
        "export",
        attempt -> {
          attempt.on(id, 0);
          if (reason.isBlank()) {
            throw new CustodyException(Kind.POLICY, "say why");
          }
          return lock.with(key -> SecretBytes.adopt(row(id).open(key)));
        });
  }

  @Override
  public void retire(KeyId id) {
    audit.attempt(
        "retire",
        attempt ->
            handle(
                attempt.on(id, 0),
                changed(
                    key -> {
                      ExampleRow row = row(id);
                      if (directory.isNewest(row)) {
                        throw new CustodyException(Kind.POLICY, "it is in use; rotate it first");
                      }
                      directory.retire(row);
                      return row;
                    })));
  }

  ExampleAudit audit() {
    return audit;
  }

  ExampleLock locked() {
    return lock;
  }

  ExampleDirectory directory() {
    return directory;
  }

  @Override
  public void close() {
    lock.close();
  }
}
