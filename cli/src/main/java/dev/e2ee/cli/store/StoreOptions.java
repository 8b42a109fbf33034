package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
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

  @Mixin AccessOptions access;

  /** For a command in these surroundings. */
  public StoreOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.access = new AccessOptions(surroundings);
  }

  /** The store's address. */
  public CustodyUri uri() {
    return StoreLocation.of(keys, surroundings);
  }

  /** Whether the store was named, here or by E2EE_KEYS. */
  boolean named() {
    return StoreLocation.isNamed(keys, surroundings);
  }

  /** Where the passphrase comes from. */
  public PassphraseSource passphraseSource() {
    return access.passphraseSource(uri());
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

  /** Whether an option names a passphrase. */
  boolean passphraseGiven() {
    return access.passphraseGiven();
  }

  /** Where the passphrase of a new store comes from. */
  PassphraseSource newPassphraseSource(CustodyUri made) {
    return access.newPassphraseSource(made);
  }

  /** Opens the store for using its keys; it stays locked until a key is needed. */
  public Store open() throws IOException {
    return access.open(uri());
  }

  /** Opens the store for changing or exporting keys; fails when that could not be recorded. */
  public Store openForChange() throws IOException {
    return access.openForChange(uri());
  }

  /** Opens another store that is audited in the same place. */
  public Store openOther(CustodyUri other, PassphraseSource source) throws IOException {
    return access.open(other, source);
  }

  /** The audit log, ready to be written. */
  AuditLog auditLog() throws IOException {
    return access.auditLog(uri());
  }
}
