package dev.e2ee.cli.journal;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * Writes a new header over the old one of a long envelope, where it lies, and finishes what a run
 * before was kept from. At every moment the disk holds a whole header, in the envelope or in the
 * {@link HeaderJournal} beside it. No header is written that does not open the envelope.
 */
public final class HeaderExchange {
  private static final byte[] AS_IT_IS = new byte[0];

  private final HeadCheck check;

  /** Checks headers in this way. */
  public HeaderExchange(HeadCheck check) {
    this.check = check;
  }

  /** Opens the head of an envelope: its header, and the start of its body. */
  public interface HeadCheck {
    /**
     * Returns when it opens.
     *
     * @throws AEADBadTagException when it does not
     * @throws Failure WRONG_KEY when its key is not there
     */
    void verify(SeekableByteChannel envelope) throws IOException, GeneralSecurityException;
  }

  /**
   * Exchanges the header, where that is possible: with a length that stays, for a file that may be
   * written and has no other name (hard links stand for what was, as with any replaced file).
   *
   * @param before the file as it was when its header was read
   * @return whether it was done
   * @throws Failure IO when somebody else has the file, or has changed it
   */
  public boolean exchange(Path file, FileState before, byte[] old, byte[] fresh)
      throws IOException, GeneralSecurityException {
    if (old.length != fresh.length
        || FileState.hasOtherNames(file)
        || !HeaderJournal.hasRoomBeside(file)) {
      return false;
    }
    Optional<LockedEnvelope> writable = opened(file);
    if (writable.isEmpty()) {
      return false;
    }
    try (LockedEnvelope locked = writable.get()) {
      check.verify(locked.readWith(fresh));
      byte[] start = locked.start();
      if (!FileState.of(file).equals(before)
          || !Arrays.equals(old, Arrays.copyOf(start, old.length))) {
        throw FileState.changed();
      }
      HeaderJournal.of(start, locked.size(), old.length, fresh).write(file);
      locked.writeHeader(fresh);
      check.verify(locked.readWith(AS_IT_IS));
      HeaderJournal.delete(file);
      return true;
    }
  }

  /** Empty for a file that may not be written: only a new one can take its place. */
  private static Optional<LockedEnvelope> opened(Path file) throws IOException {
    try {
      return Optional.of(LockedEnvelope.open(file));
    } catch (AccessDeniedException e) {
      return Optional.empty();
    }
  }

  /**
   * Finishes an exchange that was cut off, if one was: makes a torn header whole, sees that the
   * envelope opens, and removes the journal. What does not open keeps its journal.
   *
   * @throws AEADBadTagException when the envelope does not open, whatever the journal says
   */
  public void finish(Path file) throws IOException, GeneralSecurityException {
    if (!HeaderJournal.isBeside(file)) {
      return;
    }
    try (LockedEnvelope locked = LockedEnvelope.open(file)) {
      Optional<HeaderJournal> journal = HeaderJournal.read(file);
      if (journal.isPresent() && journal.get().isTorn(locked.start(), locked.size())) {
        locked.writeHeader(whole(journal.get(), locked));
      } else {
        locked.force();
      }
      check.verify(locked.readWith(AS_IT_IS));
      HeaderJournal.delete(file);
    }
  }

  private byte[] whole(HeaderJournal journal, LockedEnvelope locked)
      throws IOException, GeneralSecurityException {
    for (byte[] header : List.of(journal.fresh(), journal.old())) {
      if (opens(locked.readWith(header))) {
        return header;
      }
    }
    throw new Failure(
        Exit.NOT_AUTHENTIC,
        "a re-wrap was cut off in the middle of the header, and neither the old header nor the new"
            + " one opens it with these keys and this context",
        "Run it again with the keys and with the --user, --type, --id or --aad of then.");
  }

  private boolean opens(SeekableByteChannel envelope) throws IOException, GeneralSecurityException {
    try {
      check.verify(envelope);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (Failure e) {
      if (e.exit() == Exit.WRONG_KEY) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Refuses an envelope whose header is torn, with what to do about it.
   *
   * @param start its first bytes
   * @throws Failure NOT_AUTHENTIC when its journal shows that
   */
  public static void refuseTorn(Path file, byte[] start, long size) throws IOException {
    if (HeaderJournal.isBeside(file)
        && HeaderJournal.read(file).filter(journal -> journal.isTorn(start, size)).isPresent()) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          "a re-wrap of it was cut off in the middle of its header",
          "Finish it: 'e2ee rewrap " + file + "' with its --user, --type, --id or --aad.");
    }
  }
}
