package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An input of any length: a file, a pipe, or standard input. */
public final class Source implements AutoCloseable {
  /** The size of an input that does not tell it. */
  public static final long UNKNOWN = -1;

  private final String name;
  private final @Nullable RegularFile file;
  private InputStream in;

  private Source(String name, @Nullable RegularFile file, InputStream in) {
    this.name = name;
    this.file = file;
    this.in = in;
  }

  /** A file as it was when it was opened; its path leads over no link. */
  private record RegularFile(Path path, FileChannel channel, long size) {}

  /**
   * Opens a file, or standard input for {@code -}.
   *
   * @throws Failure IO for a directory
   */
  public static Source open(Surroundings surroundings, String name) throws IOException {
    return name.equals(Inputs.STANDARD)
        ? new Source("standard input", null, surroundings.in())
        : open(Path.of(name));
  }

  /** Opens a file. */
  public static Source open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new Failure(
          Exit.IO, path + " is a directory", "Name a file; rewrap alone takes a directory.");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    boolean done = false;
    try {
      RegularFile file =
          Files.isRegularFile(path)
              ? new RegularFile(path.toRealPath(), channel, channel.size())
              : null;
      Source source = new Source(path.toString(), file, new ReadAhead(channel));
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
    return file == null ? UNKNOWN : file.size;
  }

  /** The file itself, not a link to it; empty for what is no file. */
  public Optional<Path> file() {
    return Optional.ofNullable(file).map(RegularFile::path);
  }

  /**
   * The first bytes, before any were read; fewer only at the end. {@link #stream} gives them again.
   */
  public byte[] peek(int length) throws IOException {
    if (file == null) {
      byte[] start = in.readNBytes(length);
      in = new SequenceInputStream(new ByteArrayInputStream(start), in);
      return start;
    }
    ByteBuffer start = ByteBuffer.allocate(length);
    int n = 0;
    while (n >= 0 && start.hasRemaining()) {
      n = file.channel.read(start, start.position());
    }
    return Arrays.copyOf(start.array(), start.position());
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
