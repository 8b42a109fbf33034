package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Diagnosis;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.AuditLog;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import javax.security.auth.callback.CallbackHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee custody probe}: what a store can do, how it is, and what to mend. */
@Command(
    name = "probe",
    description = {
      "Tell what a key file or token can do, how it is, how fast it is, and what to mend.",
      "Logs in once at the most, tries only keys that end with the trial, changes nothing.",
      "Without a PIN or passphrase it tells what is public.",
      "Exit code 0 when nothing fails, 5 when the PIN or passphrase does or is not given, else 6."
    })
public final class ProbeCommand implements Callable<Integer> {
  /** A token that hangs is a finding: nobody wants to wait for it as for a person who types. */
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @Mixin StoreArgument store;
  @Mixin Results results;

  @Option(
      names = "--look",
      description = "Only read what is public: ask for no PIN or passphrase, log in nowhere.")
  boolean look;

  /** In these surroundings. */
  public ProbeCommand(Surroundings surroundings) {
    this.store = new StoreArgument(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    CustodyUri uri = store.uri();
    ProbeReport report;
    try (AuditLog log = store.access().log(uri)) {
      CustodyOptions options = store.access().options(uri, log);
      CustodyOptions patient =
          options
              .withDeadline(DEADLINE)
              .withCallbackHandler(orNobody(options.callbackHandler().orElseThrow()));
      report =
          CustodyProbe.of(Custodies.installed().provider(uri))
              .probe(uri, patient, look ? ProbeDepth.LOOK : ProbeDepth.TRY);
    }
    ProbeTexts texts = new ProbeTexts(report);
    results.print(texts::json, texts::text);
    return exit(report).code();
  }

  /** That there is nobody to ask ends no probe. */
  private static CallbackHandler orNobody(CallbackHandler handler) {
    return callbacks -> {
      try {
        handler.handle(callbacks);
      } catch (Failure e) {
        if (e.exit() != Exit.LOCKED) {
          throw e;
        }
        throw new CustodyException(Kind.LOCKED, e.what(), e);
      }
    };
  }

  private static Exit exit(ProbeReport report) {
    if (report.stopped().isPresent()) {
      return Diagnosis.of(new CustodyException(report.stopped().get(), "")).exit();
    }
    return report.healthy() ? Exit.OK : Exit.CUSTODY;
  }
}
