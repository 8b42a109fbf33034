package dev.e2ee.cli.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Where a result goes, piece by piece. Closing without {@link #complete} gives it up. */
public sealed interface Sink extends AutoCloseable permits FileSink, StreamSink {
  /** Takes the pieces. */
  OutputStream stream();

  /**
   * Room for the next piece, one byte at the least, which is then {@link #take taken}: with one
   * copy less. Not to be kept after that.
   */
  ByteBuffer room() throws IOException;

  /** Takes what was put into the room. */
  void take() throws IOException;

  /** Says that everything was written: a file gets its name now. */
  void complete() throws IOException;

  /** How many bytes were written. */
  long written() throws IOException;

  /** Whether somebody else can have seen a part of what was written. */
  boolean isSeen();

  @Override
  void close() throws IOException;
}
