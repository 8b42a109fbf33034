package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.PendingFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of mode 0600 that has its name only when it is complete. */
final class FileSink implements Sink {
  private final Path target;
  private final Path place;
  private final boolean replace;
  private final PendingFile pending;
  private final WriteBehind stream;

  /**
   * Starts it.
   *
   * @param replace whether it may take the place of a file that is there
   */
  FileSink(Path target, boolean replace) throws IOException {
    this.target = target;
    this.place = Files.exists(target) ? target.toRealPath() : target;
    this.replace = replace;
    Path directory = PendingFile.parentOf(place);
    PendingFile.sweep(directory);
    this.pending = PendingFile.start(directory);
    this.stream = new WriteBehind(pending.channel());
  }

  @Override
  public OutputStream stream() {
    return stream;
  }

  @Override
  public ByteBuffer room() throws IOException {
    return stream.room();
  }

  @Override
  public void take() {}

  @Override
  public void complete() throws IOException {
    stream.flush();
    try {
      if (replace) {
        pending.replace(place);
      } else {
        pending.create(place);
      }
    } catch (FileAlreadyExistsException e) {
      throw Outputs.exists(target);
    }
  }

  @Override
  public long written() throws IOException {
    return pending.length();
  }

  @Override
  public boolean isSeen() {
    return false;
  }

  @Override
  public void close() throws IOException {
    stream.close();
    pending.close();
  }
}
