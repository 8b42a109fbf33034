package dev.e2ee.custody.tck.example;

import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import java.nio.file.Path;

/**
 * An example of a back end, for authors of others: keys in a directory, a file each. It is complete
 * and passes the TCK, and it is no product: take the key file of {@code custody-file}.
 */
public final class ExampleProvider implements CustodyProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ExampleProvider() {}

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public String description() {
    return ExampleCustody.BACKEND;
  }

  @Override
  public KeyCustody open(CustodyUri uri, CustodyOptions options) {
    ExampleAudit audit = new ExampleAudit(options.auditSink());
    return audit.attempt(
        "open",
        attempt -> {
          ExampleDirectory directory =
              new ExampleDirectory(Path.of(uri.path()), options.deadline());
          directory.check();
          return new ExampleCustody(uri, directory, options, audit);
        });
  }
}
