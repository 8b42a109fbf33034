package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.PassphraseOptions;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which key store a command works with, and how it is unlocked. */
public final class StoreOptions {
  private final Surroundings surroundings;

  @Option(
      names = "--keys",
      paramLabel = "URI|PATH",
      description = {
        "The key store: a custody URI or the path of a key file.",
        "Default: E2EE_KEYS, else",
        "~/.local/share/e2ee/keys.e2ee"
      })
  @Nullable String keys;

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
  public StoreOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The store's address. */
  public CustodyUri uri() {
    return StoreLocation.of(keys, surroundings);
  }

  /** Where the passphrase comes from. */
  public PassphraseSource passphraseSource() {
    return passphrase.source("Passphrase of " + uri().location());
  }

  /**
   * Checks that input and passphrase do not come from the same place.
   *
   * @throws Failure USAGE when both are standard input
   */
  public void checkInput(String input) {
    if (input.equals(Inputs.STANDARD) && passphraseSource().takesStandardInput()) {
      throw Failure.usage("input and passphrase cannot both come from standard input", "");
    }
  }

  /** Where the passphrase of a new store comes from. */
  PassphraseSource newPassphraseSource() {
    return passphrase.source("New passphrase for " + uri().location());
  }

  /** Opens the store for using its keys; it stays locked until a key is needed. */
  public Store open() throws IOException {
    AuditLog log = AuditLog.of(audit, surroundings, uri());
    return Store.open(uri(), passphraseSource(), log.recordsEverything() ? log.ready() : log);
  }

  /** Opens the store for changing or exporting keys; fails when that could not be recorded. */
  public Store openForChange() throws IOException {
    return Store.open(uri(), passphraseSource(), auditLog());
  }

  /** Opens another store that is audited in the same place. */
  public Store openOther(String other, PassphraseSource source) throws IOException {
    CustodyUri uri = StoreLocation.of(other, surroundings);
    return Store.open(uri, source, AuditLog.of(audit, surroundings, uri));
  }

  /** The audit log, ready to be written. */
  AuditLog auditLog() throws IOException {
    return AuditLog.of(audit, surroundings, uri()).ready();
  }
}
