package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.ModuleInfo;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.custody.pkcs11.internal.probe.ProvenSuites;
import dev.e2ee.custody.pkcs11.internal.probe.TokenFacts;
import dev.e2ee.custody.pkcs11.internal.session.LoadedModule;
import dev.e2ee.custody.pkcs11.internal.session.ModuleFile;
import dev.e2ee.custody.pkcs11.internal.session.TokenAddress;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.probe.FoundStore;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeNotes;
import dev.e2ee.spi.probe.ProbeReport;
import dev.e2ee.spi.probe.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Looks into a module and a token: at most one login, and only keys that end with their session.
 */
final class Pkcs11Probe {
  private final CustodyUri uri;
  private final CustodyOptions options;
  private final Pkcs11Custody.Loader loader;
  private final TokenAddress address;
  private final ProbeNotes notes;

  Pkcs11Probe(CustodyUri uri, CustodyOptions options, Pkcs11Custody.Loader loader) {
    this.uri = uri;
    this.options = options;
    this.loader = loader;
    this.address = new TokenAddress(uri);
    this.notes = new ProbeNotes(uri.location());
  }

  /** What is done with the module that the URI names. */
  private interface Use<T> {
    T with(Path file, LoadedModule module);
  }

  private <T> T inModule(Use<T> use) {
    Path file = ModuleFile.of(uri);
    LoadedModule module = load(file);
    try {
      return use.with(file, module);
    } finally {
      module.release(deadline());
    }
  }

  private LoadedModule load(Path file) {
    try {
      return LoadedModule.load(
          file.toString(), Pkcs11Custody.use(uri, file), () -> loader.load(file), deadline());
    } catch (CustodyException e) {
      throw e.kind() == Kind.UNSUPPORTED
          ? new CustodyException(
              e.kind(), TokenFacts.notLoaded(file, String.valueOf(e.getMessage())), e)
          : e;
    }
  }

  private Deadline deadline() {
    return Deadline.after(options.deadline());
  }

  /** The tokens that the URI may mean; none only where none is set up. */
  List<FoundStore> stores() {
    return inModule(
        (file, module) -> {
          List<Token> all = module.ask(deadline(), Cryptoki::tokens);
          List<Token> fitting = address.fitting(all);
          if (fitting.isEmpty() && all.stream().anyMatch(Token::initialized)) {
            throw address.noneFits(all);
          }
          return fitting.stream()
              .map(token -> new FoundStore(address.of(token), TokenFacts.line(token)))
              .toList();
        });
  }

  ProbeReport probe(ProbeDepth depth) {
    try {
      inModule(
          (file, module) -> {
            look(file, module, depth);
            return notes;
          });
    } catch (CustodyException e) {
      notes.stop("module", e, moduleRemedy(e.kind()));
    }
    return notes.report();
  }

  private static String moduleRemedy(Kind kind) {
    return switch (kind) {
      case UNSUPPORTED, MISSING, AMBIGUOUS -> "e2ee custody list shows the modules of this machine";
      default ->
          "start the daemon or device that it needs (openCryptoki: pkcsslotd), and look at its"
              + " settings (SOFTHSM2_CONF, TPM2_PKCS11_TCTI, init-args for NSS)";
    };
  }

  private void look(Path file, LoadedModule module, ProbeDepth depth) {
    ModuleInfo info = module.ask(deadline(), Cryptoki::info);
    TokenFacts facts = new TokenFacts(notes, file, info);
    facts.module();
    List<Token> tokens = module.ask(deadline(), Cryptoki::tokens);
    Section there = Section.titled("tokens of the module");
    for (Token token : tokens) {
      there = there.with("slot " + token.slot(), token.label() + ", " + TokenFacts.line(token));
    }
    notes.add(there);
    try (Pkcs11Custody custody = Pkcs11Custody.open(uri, options, loader)) {
      Token token = custody.connection().token();
      facts.token(token);
      facts.address(uri, address.of(token));
      notes.add(ProvenSuites.claims(custody.connection()));
      if (depth == ProbeDepth.TRY && unlocked(custody)) {
        new ProvenSuites(notes, custody.connection(), custody.trial(), custody.works()).prove();
        notes.keys(custody.list());
      }
      notes.store(custody.info(), custody.health());
    } catch (CustodyException e) {
      notes.stop("token", e, remedy(e.kind()));
    }
  }

  private static String remedy(Kind kind) {
    return switch (kind) {
      case REMOVED -> "insert the token, set one up, or name one that is there";
      case AMBIGUOUS -> "write the one that is meant before the question mark";
      default -> "mend what the error names, then probe again";
    };
  }

  /** The one login of a probe; who is asked for the PIN may take their time. */
  private boolean unlocked(Pkcs11Custody custody) {
    return notes.unlock(() -> logIn(custody), uri);
  }

  private void logIn(Pkcs11Custody custody) {
    custody
        .audit()
        .attempt(
            "unlock",
            attempt -> {
              SecretBytes pin = custody.pins().pin();
              long begin = System.nanoTime();
              custody.connection().unlock(pin, custody.pins().origin());
              long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
              notes.add(Section.titled("login").with("time", millis + " ms"));
              return attempt;
            });
  }
}
