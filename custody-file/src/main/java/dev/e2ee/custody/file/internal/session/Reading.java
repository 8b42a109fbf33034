package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * What an opened file was found to be, before anything of it is believed.
 *
 * @param store of the file
 * @param file as it was read
 * @param stamp that it had before it was read
 */
record Reading(KeyFileStore store, KeyFileFormat.Parsed file, Optional<FileStamp> stamp) {

  /**
   * Reads the file of a session.
   *
   * @throws CustodyException REMOVED when it is gone; else as {@link KeyFileStore#read}
   */
  static Reading of(KeyFileStore store) {
    return present(
        store,
        () -> {
          Optional<FileStamp> stamp = FileStamp.of(store.file());
          return new Reading(store, store.read(), stamp);
        });
  }

  /** As {@link #present(KeyFileStore, Supplier)}. */
  static void present(KeyFileStore store, Runnable look) {
    present(
        store,
        () -> {
          look.run();
          return store;
        });
  }

  /** A file that was there when it was opened, and now is not, tells nothing about its keys. */
  static <T> T present(KeyFileStore store, Supplier<T> look) {
    try {
      return look.get();
    } catch (CustodyException e) {
      if (e.kind() != Kind.MISSING) {
        throw e;
      }
      throw new CustodyException(
          Kind.REMOVED,
          store.file()
              + " was there and is gone: its disk was unmounted, or somebody moved or deleted it."
              + " Bring it back, then try again",
          e,
          e.mayHaveTakenEffect(),
          OptionalLong.empty());
    }
  }

  /**
   * The content, held against what the session knows for sure.
   *
   * @throws CustodyException CONFLICT for another file, an older state of this one, or a fork
   */
  KeyFileDocument checked(Bytes fileId, Phase phase) {
    KeyFileDocument found = file.document();
    if (!found.fileId().equals(fileId)) { // [keyfile-35]
      throw conflict(
          "another key file now lies at " + store.file() + "; close this one and open it again");
    }
    phase.proven().ifPresent(known -> checkFollows(known, found));
    return found;
  }

  private void checkFollows(KeyFileDocument known, KeyFileDocument found) { // [keyfile-35]
    if (found.revision() < known.revision()) {
      throw conflict(
          store.file()
              + " is older than what was seen before: a backup was restored, or somebody rolled it"
              + " back. Find out which, then open it again");
    }
    if (found.revision() == known.revision() && !found.differsInGrownUsesOnly(known)) {
      throw conflict(
          store.file()
              + " has the revision that was seen before and another content: two copies were"
              + " changed apart, or somebody rolled it back. Find out which, then open it again");
    }
  }

  /**
   * The content, checked and authentic.
   *
   * @param openedBy the slot that gave the secrets
   */
  Phase.Unlocked authentic(Bytes fileId, Phase phase, FileSecrets secrets, Bytes openedBy) {
    KeyFileDocument found = checked(fileId, phase);
    secrets.verify(file);
    return new Phase.Unlocked(found, secrets, stamp, openedBy);
  }

  private static CustodyException conflict(String why) {
    return new CustodyException(Kind.CONFLICT, why);
  }
}
