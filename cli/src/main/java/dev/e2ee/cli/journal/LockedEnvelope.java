package dev.e2ee.cli.journal;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.envelope.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An envelope that is open for another header where it lies, and locked: other runs of this program
 * stay away meanwhile. The lock ends when any descriptor of the file is closed in this process, so
 * nothing else here may open it as long as this is open.
 */
public final class LockedEnvelope implements AutoCloseable {
  private final FileChannel channel;

  private LockedEnvelope(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens and locks a file; never the target of a symbolic link.
   *
   * @throws Failure IO when another run has it
   */
  public static LockedEnvelope open(Path file) throws IOException {
    FileState before = FileState.of(file);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    boolean done = false;
    try {
      if (!isLocked(channel) || !FileState.of(file).equals(before)) {
        throw new Failure(
            Exit.IO, "another program is changing it", "Wait for that, then run this again.");
      }
      done = true;
      return new LockedEnvelope(channel);
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The length in bytes. */
  public long size() throws IOException {
    return channel.size();
  }

  /** The first bytes: all of it, or 4,096. */
  public byte[] start() throws IOException {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(size(), Envelope.MAX_HEADER));
    while (start.hasRemaining()) {
      if (channel.read(start, start.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return start.array();
  }

  /** Reads it as if it had another header, which is as long; closing that closes nothing. */
  public SeekableByteChannel readWith(byte[] header) {
    return new HeaderOverlay(header, channel);
  }

  /** Writes over the header, on disk when this returns. */
  public void writeHeader(byte[] header) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(header);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
    force();
  }

  /** Forces what was written to disk, also by others. */
  public void force() throws IOException {
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
