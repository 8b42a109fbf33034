package dev.e2ee.cli.store;

import dev.e2ee.cli.io.JsonOutput;
import dev.e2ee.cli.io.OwnerOnly;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends what was attempted in custody to a file of mode 0600, a line of JSON each.
 *
 * <p>A file that was asked for gets every attempt. The default one gets the changes of keys and
 * slots and the exports, not each wrap, unwrap and look-up.
 */
public final class AuditLog implements AuditSink, AutoCloseable {
  private static final Set<String> EVERYDAY =
      Set.of(
          "open",
          "health",
          "close",
          "unlock",
          "lock",
          "find",
          "list",
          "slot-list",
          "wrap",
          "unwrap");

  private final Path file;
  private final String store;
  private final boolean everything;
  private @Nullable FileChannel channel;

  private AuditLog(Path file, String store, boolean everything) {
    this.file = file;
    this.store = store;
    this.everything = everything;
  }

  /**
   * The log of one command.
   *
   * @param given the file that was asked for; null for {@code $XDG_STATE_HOME/e2ee/audit.jsonl}
   * @param store where the keys are, which every record names
   */
  static AuditLog of(@Nullable Path given, Surroundings surroundings, CustodyUri store) {
    Path standard =
        surroundings.xdg("XDG_STATE_HOME", ".local/state").resolve("e2ee").resolve("audit.jsonl");
    return new AuditLog(given == null ? standard : given, store.location(), given != null);
  }

  /** Opens the file before anything is done: what cannot be recorded does not happen. */
  AuditLog ready() throws IOException {
    opened();
    return this;
  }

  private synchronized FileChannel opened() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      if (!everything) {
        OwnerOnly.makeDirectory(PendingFile.parentOf(file));
      }
      open =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
              OwnerOnly.file(file));
      channel = open;
    }
    return open;
  }

  /** Whether every attempt is recorded, because the file was asked for. */
  boolean recordsEverything() {
    return everything;
  }

  @Override
  public void record(AuditRecord event) {
    if (!everything && EVERYDAY.contains(event.operation())) {
      return;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", event.time());
    line.put("request", event.requestId());
    line.put("store", store);
    line.put("operation", event.operation());
    event.key().ifPresent(id -> line.put("key", id));
    if (event.generation() != 0) {
      line.put("generation", event.generation());
    }
    line.put("outcome", event.outcome().map(Enum::name).orElse("OK"));
    line.put("micros", event.duration().toNanos() / 1000);
    event.aadSha256().ifPresent(hash -> line.put("aadSha256", hash));
    event.reason().ifPresent(reason -> line.put("reason", reason));
    append(JsonOutput.line(line) + "\n");
  }

  /** One write, so that two processes do not mix their lines. */
  private synchronized void append(String line) {
    try {
      opened().write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
