package dev.e2ee.custody.tck.mutant;

import dev.e2ee.custody.tck.example.ExampleProvider;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;

/** The example with one fault, which the name of its folder ends with. */
public final class MutantProvider implements CustodyProvider {
  /** What leaks does so for good. */
  private static final List<AutoCloseable> LEAKED = Collections.synchronizedList(new ArrayList<>());

  /** For {@link java.util.ServiceLoader}. */
  public MutantProvider() {}

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public String description() {
    return "the example with a fault";
  }

  @Override
  public KeyCustody open(CustodyUri uri, CustodyOptions options) {
    String home = Path.of(uri.path()).resolveSibling("").toString();
    Mutation mutation = Mutation.valueOf(home.substring(home.lastIndexOf('.') + 1));
    try {
      spoil(mutation, uri, options);
    } catch (IOException | UnsupportedCallbackException e) {
      throw new IllegalStateException(e);
    }
    CustodyOptions audited = options.withAuditSink(sink(mutation, options.auditSink()));
    return new MutantCustody(mutation, () -> new ExampleProvider().open(uri, audited), options);
  }

  private static void spoil(Mutation mutation, CustodyUri uri, CustodyOptions options)
      throws IOException, UnsupportedCallbackException {
    switch (mutation) {
      case LEAKS_A_THREAD -> {
        Thread thread = new Thread(() -> sleep(new CountDownLatch(1)), "leaked");
        thread.setDaemon(true);
        thread.start();
      }
      case LEAKS_A_DESCRIPTOR ->
          LEAKED.add(new FileInputStream(Path.of(uri.path(), "store").toFile()));
      case ASKS_WHEN_OPENED ->
          options
              .callbackHandler()
              .orElseThrow()
              .handle(new Callback[] {new PasswordCallback("PIN", false)});
      case MAKES_A_MISSING_STORE -> {
        Path directory = Path.of(uri.path());
        if (!Files.exists(directory)) {
          Files.createDirectory(
              directory,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
          Path other = directory.resolveSibling("keys");
          Files.copy(other.resolve("store"), directory.resolve("store"));
        }
      }
      default -> {}
    }
  }

  private static void sleep(CountDownLatch forEver) {
    try {
      forEver.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static AuditSink sink(Mutation mutation, AuditSink sink) {
    return switch (mutation) {
      case RECORDS_NO_REFUSALS -> event -> unlessRefused(event, sink);
      case RECORDS_TWICE ->
          event -> {
            sink.record(event);
            sink.record(event);
          };
      case LETS_THE_SINK_FAIL -> event -> orFail(event, sink);
      default -> sink;
    };
  }

  private static void orFail(AuditRecord event, AuditSink sink) {
    try {
      sink.record(event);
    } catch (RuntimeException e) {
      throw new AssertionError(e);
    }
  }

  private static void unlessRefused(AuditRecord event, AuditSink sink) {
    if (event.outcome().isEmpty()) {
      sink.record(event);
    }
  }
}
