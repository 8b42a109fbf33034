package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.envelope.Binding;
import dev.e2ee.cli.envelope.EnvelopeStart;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.journal.FileState;
import dev.e2ee.cli.journal.HeaderExchange;
import dev.e2ee.cli.transfer.Progress;
import dev.e2ee.cli.transfer.Source;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.envelope.Suite;
import dev.e2ee.spi.key.CustodyKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.LongFunction;
import javax.crypto.AEADBadTagException;

/** Moves envelopes from their keys to those that take their place. */
final class Rewrapper {
  /** What became of a file. */
  enum Outcome {
    REWRAPPED,
    CURRENT
  }

  private final RewrapKeys keys;
  private final boolean dryRun;
  private final LongFunction<Progress> progress;

  /**
   * With these keys.
   *
   * @param dryRun to open everything and write nothing
   * @param progress shows how far one file is, of so many bytes
   */
  Rewrapper(RewrapKeys keys, boolean dryRun, LongFunction<Progress> progress) {
    this.keys = keys;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /**
   * Re-wraps one file in place, or leaves it exactly as it was. Finishes first what a run before
   * was kept from.
   */
  Outcome rewrap(Path file, Binding binding) throws IOException, GeneralSecurityException {
    HeaderExchange exchange = new HeaderExchange(head -> verifyHead(head, binding));
    if (!dryRun) {
      exchange.finish(file);
    }
    FileState before = FileState.of(file);
    EnvelopeInfo info;
    byte[] start;
    try (Source source = Source.open(file)) {
      info = EnvelopeStart.of(source);
      start = source.peek(Envelope.MAX_HEADER);
    }
    boolean current = keys.isCurrent(info.keyId());
    if (dryRun) {
      openAll(file, current ? keys.any(info.keyId()) : keys.source(info.keyId()), binding);
    } else if (!current) {
      CustodyKey source = keys.source(info.keyId());
      CustodyKey target = keys.target(source);
      if (info.suite() == Suite.AES_256_GCM) {
        rewrapWhole(file, before, binding, source, target);
      } else {
        byte[] old = Arrays.copyOf(start, info.headerLength());
        byte[] fresh = freshHeader(start, binding, source, target);
        if (!exchange.exchange(file, before, old, fresh)) {
          copy(file, before, old.length, fresh, binding, target);
        }
      }
    }
    return current ? Outcome.CURRENT : Outcome.REWRAPPED;
  }

  private static byte[] freshHeader(
      byte[] start, Binding binding, CustodyKey source, CustodyKey target)
      throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(source)) {
      return binding.rewrapHeader(envelope, start, target);
    }
  }

  /** Opens the header, and what the body says of its key; no chunk is read. */
  private void verifyHead(SeekableByteChannel envelope, Binding binding)
      throws IOException, GeneralSecurityException {
    ByteBuffer start = ByteBuffer.allocate(Envelope.MAX_HEADER);
    int n = 0;
    while (n >= 0 && start.hasRemaining()) {
      n = envelope.read(start);
    }
    byte[] bytes = Arrays.copyOf(start.array(), start.position());
    EnvelopeInfo info = Envelope.inspect(bytes, envelope.size());
    try (Envelope under = Envelope.with(keys.any(info.keyId()))) {
      binding.openingAnywhere(under, envelope).close();
    }
  }

  /** Of a short envelope all is read, and verified under the new key before the old one goes. */
  private void rewrapWhole(
      Path file, FileState before, Binding binding, CustodyKey source, CustodyKey target)
      throws IOException, GeneralSecurityException {
    byte[] old;
    try (Source in = Source.open(file)) {
      old = in.stream().readNBytes(Math.toIntExact(in.size()));
    }
    byte[] fresh;
    try (Envelope envelope = Envelope.with(source)) {
      fresh = binding.rewrap(envelope, old, target);
    }
    try (Progress unseen = progress.apply(fresh.length)) {
      openAll(new ByteArrayInputStream(fresh), target, binding, unseen);
    }
    try (PendingFile pending = PendingFile.write(PendingFile.parentOf(file), fresh)) {
      replace(file, before, pending);
    }
  }

  /** Where the header cannot be written in place: a verified copy takes the place of the file. */
  private void copy(
      Path file, FileState before, int oldLength, byte[] fresh, Binding binding, CustodyKey target)
      throws IOException, GeneralSecurityException {
    try (PendingFile pending = PendingFile.start(PendingFile.parentOf(file));
        Source source = Source.open(file);
        Progress shown = progress.apply(2 * source.size())) {
      source.stream().skipNBytes(oldLength);
      pending.append(fresh, fresh.length);
      byte[] piece = new byte[Progress.PIECE];
      for (int n = source.stream().read(piece); n >= 0; n = source.stream().read(piece)) {
        pending.append(piece, n);
        shown.advance(n);
      }
      openAll(pending.reading(), target, binding, shown);
      replace(file, before, pending);
    }
  }

  private static void replace(Path file, FileState before, PendingFile pending) throws IOException {
    FileState.copyOwnership(file, pending.path());
    if (!FileState.of(file).equals(before)) {
      throw FileState.changed();
    }
    pending.replace(file);
  }

  private void openAll(Path file, CustodyKey key, Binding binding)
      throws IOException, GeneralSecurityException {
    try (Source source = Source.open(file);
        Progress shown = progress.apply(source.size())) {
      openAll(source.stream(), key, binding, shown);
    }
  }

  /** Opens to the end, and forgets what it says. */
  private static void openAll(
      InputStream sealed, CustodyKey key, Binding binding, Progress progress)
      throws IOException, GeneralSecurityException {
    byte[] piece = new byte[Progress.PIECE];
    try (Envelope envelope = Envelope.with(key);
        EnvelopeInputStream opening = binding.opening(envelope, sealed)) {
      for (int n = opening.read(piece); n >= 0; n = opening.read(piece)) {
        progress.advance(n);
      }
    } catch (IOException e) {
      if (e.getCause() instanceof AEADBadTagException refused) {
        throw refused;
      }
      throw e;
    } finally {
      Arrays.fill(piece, (byte) 0);
    }
  }
}
