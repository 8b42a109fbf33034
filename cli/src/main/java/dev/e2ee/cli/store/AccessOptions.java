package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.PassphraseOptions;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a key store is unlocked, and where attempts are recorded, however the store is named. */
public final class AccessOptions {
  private final Surroundings surroundings;

  @Mixin PassphraseOptions passphrase = new PassphraseOptions();

  @Option(
      names = "--audit",
      paramLabel = "FILE",
      description = {
        "Append a record of every attempt in custody to FILE.",
        "Default: only changes and exports, to",
        "~/.local/state/e2ee/audit.jsonl"
      })
  @Nullable Path audit;

  /** For a command in these surroundings. */
  public AccessOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Where the passphrase of a store comes from. */
  public PassphraseSource passphraseSource(CustodyUri uri) {
    return passphrase.source(uri);
  }

  /** Where the passphrase of a new store comes from. */
  PassphraseSource newPassphraseSource(CustodyUri uri) {
    return passphrase.newSource(uri);
  }

  /** Whether the store can be unlocked without asking a person: by what is named here or there. */
  public boolean secretNamed(CustodyUri uri) {
    return passphrase.given() || uri.namesSecret();
  }

  /** Whether an option names a passphrase. */
  boolean passphraseGiven() {
    return passphrase.given();
  }

  /** Opens a store for using its keys; it stays locked until a key is needed. */
  public Store open(CustodyUri uri) throws IOException {
    return Store.open(uri, passphraseSource(uri), log(uri));
  }

  /** Opens a store that has a passphrase of its own. */
  Store open(CustodyUri uri, PassphraseSource source) throws IOException {
    return Store.open(uri, source, AuditLog.of(audit, surroundings, uri));
  }

  /** Opens a store for changing or exporting keys; fails when that could not be recorded. */
  Store openForChange(CustodyUri uri) throws IOException {
    return Store.open(uri, passphraseSource(uri), auditLog(uri));
  }

  /** The audit log, ready to be written. */
  public AuditLog auditLog(CustodyUri uri) throws IOException {
    return AuditLog.of(audit, surroundings, uri).ready();
  }

  /** The audit log of what changes nothing: ready when it records that too. */
  public AuditLog log(CustodyUri uri) throws IOException {
    AuditLog log = AuditLog.of(audit, surroundings, uri);
    return log.recordsEverything() ? log.ready() : log;
  }

  /** How a store behaves that is not opened by {@link #open}. */
  public CustodyOptions options(CustodyUri uri, AuditLog log) {
    return Store.options(passphraseSource(uri), log);
  }
}
