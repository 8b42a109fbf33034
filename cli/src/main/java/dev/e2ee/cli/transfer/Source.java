package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An input of any length: a file, a pipe, or standard input. */
public final class Source implements AutoCloseable {
  /** The size of an input that does not tell it. */
  public static final long UNKNOWN = -1;

  private final String name;
  private final long size;
  private InputStream in;

  private Source(String name, long size, InputStream in) {
    this.name = name;
    this.size = size;
    this.in = in;
  }

  /**
   * Opens a file, or standard input for {@code -}.
   *
   * @throws Failure IO for a directory
   */
  public static Source open(Surroundings surroundings, String name) throws IOException {
    return name.equals(Inputs.STANDARD)
        ? new Source("standard input", UNKNOWN, surroundings.in())
        : open(Path.of(name));
  }

  /** Opens a file. */
  public static Source open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new Failure(
          Exit.IO, file + " is a directory", "Name a file; rewrap alone takes a directory.");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    boolean done = false;
    try {
      long size = Files.isRegularFile(file) ? channel.size() : UNKNOWN;
      Source source = new Source(file.toString(), size, new ReadAhead(channel));
      done = true;
      return source;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  /** As it is called in messages. */
  public String name() {
    return name;
  }

  /** In bytes when it was opened; {@link #UNKNOWN} for what has no size. */
  public long size() {
    return size;
  }

  /** The next bytes, fewer only at the end; {@link #stream} gives them again. */
  public byte[] peek(int length) throws IOException {
    byte[] start = in.readNBytes(length);
    in = new SequenceInputStream(new ByteArrayInputStream(start), in);
    return start;
  }

  /** All that was not read yet. */
  public InputStream stream() {
    return in;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
