package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.cli.secret.TargetPassphraseOptions;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The key that records move to: of the store that has the old ones, or of another. */
public final class TargetOptions {
  private final Surroundings surroundings;

  @Mixin TargetPassphraseOptions passphrase = new TargetPassphraseOptions();

  @Option(
      names = "--to-key",
      paramLabel = "NAME",
      description = "The key to move to. Default: the one of the same name.")
  @Nullable String key;

  @Option(
      names = "--to-keys",
      paramLabel = "URI|PATH",
      description = "The key store to move to. Default: the same.")
  @Nullable String keys;

  /** For a command in these surroundings. */
  public TargetOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The key to move to; null for the one of the same name. */
  public @Nullable String key() {
    return key;
  }

  /** Work with the keys to move from and those to move to, both unlocked. */
  @FunctionalInterface
  public interface Work {
    /** Does it; its answer is the command's exit code. */
    int with(Store from, Store to) throws IOException, GeneralSecurityException;
  }

  /**
   * Opens the store or the two of them, unlocks them, does the work and closes them.
   *
   * @throws Failure USAGE when a passphrase is given that nothing asks for, or both come from one
   *     descriptor
   */
  public int open(StoreOptions store, Work work) throws IOException, GeneralSecurityException {
    if (keys == null) {
      return within(store, work);
    }
    CustodyUri target = StoreLocation.of(keys, surroundings);
    PassphraseSource source = passphrase.source(target);
    if (source.clashesWith(store.passphraseSource())) {
      throw Failure.usage("the passphrases of two key stores need a descriptor each", "");
    }
    try (Store from = store.open();
        Store to = store.openOther(target, source)) {
      from.unlocked();
      to.unlocked();
      return work.with(from, to);
    }
  }

  private int within(StoreOptions store, Work work) throws IOException, GeneralSecurityException {
    if (passphrase.given()) {
      throw Failure.usage(
          "--to-passphrase-file and --to-passphrase-fd are for the store of --to-keys",
          "For the store of --keys: --passphrase-file, --passphrase-fd");
    }
    try (Store only = store.open()) {
      only.unlocked();
      return work.with(only, only);
    }
  }
}
