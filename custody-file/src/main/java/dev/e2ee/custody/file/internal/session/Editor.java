package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import java.security.ProviderException;
import java.util.function.Function;

/** The key file of a session under its lock. */
public final class Editor {
  private final Session session;
  private final KeyFileStore.Exclusive lock;
  private Phase.Unlocked now;
  private boolean written;

  Editor(Session session, KeyFileStore.Exclusive lock, Phase.Unlocked now) {
    this.session = session;
    this.lock = lock;
    this.now = now;
  }

  /** The content as it is now. */
  public KeyFileDocument document() {
    return now.document();
  }

  /** The secrets of the file. */
  public FileSecrets secrets() {
    return now.secrets();
  }

  /** An error after the first of several writes says that the file has changed. */
  <T> T run(Function<Editor, T> work) {
    try {
      return work.apply(this);
    } catch (CustodyException e) {
      throw written ? effective(e) : e;
    }
  }

  /** Writes the next revision and reads it back. */
  public KeyFileDocument commit(KeyFileDocument next) {
    return write(next.raised());
  }

  /** Writes counts of uses under the same revision. */
  KeyFileDocument commitUses(KeyFileDocument next) {
    return write(next);
  }

  private KeyFileDocument write(KeyFileDocument next) {
    byte[] content = secrets().encode(next);
    checkReadable(content, next);
    Reading.present(session.store(), () -> lock.replace(content));
    written = true;
    try {
      now = session.readBack(next, now);
      return next;
    } catch (CustodyException e) {
      throw effective(e);
    }
  }

  /** Content that breaks a rule would lock its owner out: it must not reach the disk. */
  private static void checkReadable(byte[] content, KeyFileDocument document) {
    try {
      if (KeyFileFormat.parse(content).document().equals(document)) {
        return;
      }
    } catch (CustodyException e) {
      throw new ProviderException("a change would break a rule of the file; not written", e);
    }
    throw new ProviderException("a change would not read back as it is; not written");
  }

  private static CustodyException effective(CustodyException e) {
    return e.mayHaveTakenEffect()
        ? e
        : new CustodyException(
            e.kind(),
            e.getMessage() + " (the file had been written already; list its keys)",
            e,
            true,
            e.nativeCode());
  }
}
