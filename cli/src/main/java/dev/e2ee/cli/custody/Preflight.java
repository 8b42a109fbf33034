package dev.e2ee.cli.custody;

import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import java.time.Duration;

/** Opens the user's store outside of any point: before the run, and after it. */
final class Preflight {
  /** A person may take this long to type. */
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private Preflight() {}

  static KeyCustody unlocked(CustodyUri uri, KeptSecret secret, AuditSink audit) {
    return unlocked(uri, secret, audit, DEADLINE);
  }

  static KeyCustody unlocked(
      CustodyUri uri, KeptSecret secret, AuditSink audit, Duration deadline) {
    KeyCustody custody =
        Custodies.installed()
            .open(
                uri,
                CustodyOptions.defaults()
                    .withCallbackHandler(secret)
                    .withAuditSink(audit)
                    .withInteraction(true)
                    .withDeadline(deadline));
    boolean done = false;
    try {
      custody.unlock();
      done = true;
      return custody;
    } finally {
      if (!done) {
        custody.close();
      }
    }
  }

  /** The back end that the URI asks for; there is one, because the store was opened. */
  static Class<? extends CustodyProvider> provider(CustodyUri uri) {
    return Custodies.installed().providers().stream()
        .filter(provider -> provider.scheme().equals(uri.scheme()))
        .findFirst()
        .orElseThrow()
        .getClass();
  }
}
