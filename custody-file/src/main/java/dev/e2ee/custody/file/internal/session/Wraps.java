package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.DekCipher;
import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.internal.custody.Audit;
import dev.e2ee.spi.key.KeyId;

/** Wraps and unwraps DEKs under the generations of a file. */
public final class Wraps {
  private final Session session;
  private final Audit audit;
  private final WrapBudget budget;

  /** For one session. */
  public Wraps(Session session, Audit audit, WrapBudget budget) {
    this.session = session;
    this.audit = audit;
    this.budget = budget;
  }

  /** Whether the FIPS profile holds for the engine that wraps. */
  public boolean isApproved() {
    return session.engine().isApprovedOnly();
  }

  /** The envelope's number for these wraps. */
  public int wrapAlg() {
    return DekCipher.WRAP_ALG;
  }

  /** Their length in bytes. */
  public int wrappedLength() {
    return DekCipher.WRAPPED;
  }

  /** Wraps under a PRIMARY generation. */
  public byte[] wrap(KeyId id, SecretBytes dek, byte[] aad) {
    return audit.attempt(
        "wrap",
        attempt -> {
          attempt.on(id, 0).with(aad);
          Phase.Unlocked now = session.fresh();
          KeyRow row = row(now, id);
          attempt.on(id, row.identity().generation());
          WrapBudget.checkPrimary(row); // [keyfile-16]
          if (dek.length() != DekCipher.DEK) {
            throw new CustodyException(
                Kind.POLICY, "a DEK has 32 bytes, not " + dek.length() + "; give the raw key");
          }
          budget.spend(row);
          try (RawUmk umk = new RawUmk(session.engine(), now.secrets().open(row))) {
            return umk.wrap(dek, aad);
          }
        });
  }

  /** Unwraps under a PRIMARY or OLD generation. */
  public SecretBytes unwrap(KeyId id, byte[] wrapped, byte[] aad) {
    return audit.attempt(
        "unwrap",
        attempt -> {
          attempt.on(id, 0).with(aad);
          Phase.Unlocked now = session.fresh();
          KeyRow row = row(now, id);
          attempt.on(id, row.identity().generation());
          checkUnwraps(row); // [keyfile-16]
          try (RawUmk umk = new RawUmk(session.engine(), now.secrets().open(row))) {
            return DekCipher.unwrap(umk, wrapped, aad);
          }
        });
  }

  /** Refuses what {@link #wrap} would refuse, and spends nothing. */
  public void requireWraps(KeyId id) {
    WrapBudget.checkPrimary(row(session.fresh(), id)); // [keyfile-16]
  }

  /** Refuses what {@link #unwrap} would refuse of the key. */
  public void requireUnwraps(KeyId id) {
    checkUnwraps(row(session.fresh(), id)); // [keyfile-16]
  }

  private static KeyRow row(Phase.Unlocked now, KeyId id) {
    return now.document()
        .key(id)
        .orElseThrow(
            () ->
                new CustodyException(
                    Kind.MISSING, "the key is no longer in the file; list its keys"));
  }

  private static void checkUnwraps(KeyRow row) {
    switch (row.state()) {
      case PRIMARY, OLD -> {}
      case RETIRED ->
          throw new CustodyException(
              Kind.POLICY,
              "generation "
                  + row.identity().generation()
                  + " of '"
                  + row.name()
                  + "' is retired and opens nothing; use a copy that was re-wrapped before, or a"
                  + " backup of the key file");
      case PENDING ->
          throw new CustodyException(
              Kind.POLICY, "a rotation that was cut off left this generation; rotate again");
    }
  }
}
