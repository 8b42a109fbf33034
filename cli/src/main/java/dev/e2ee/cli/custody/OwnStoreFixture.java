package dev.e2ee.cli.custody;

import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.Section;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The user's own store, the same for every point: only what was asked for happens to it. */
record OwnStoreFixture(
    CustodyUri uri,
    KeptSecret secret,
    Optional<Outage> outage,
    boolean spendATry,
    Map<String, String> seen)
    implements OwnFixture {
  /** Which facts of a probe say what was tested. */
  private static final Map<String, Set<String>> TOLD =
      Map.of(
          "module", Set.of("path", "SHA-256", "manufacturer", "description", "version", "PKCS#11"),
          "token", Set.of("label", "manufacturer", "model", "serial", "kind"));

  @Override
  public String name() {
    return uri.location();
  }

  /** As the module and the token tell them. */
  static Map<String, String> seen(CustodyUri uri) {
    Map<String, String> facts = new LinkedHashMap<>();
    for (Section section : OwnFixture.look(uri).sections()) {
      Set<String> told = TOLD.getOrDefault(section.title(), Set.of());
      section.facts().stream()
          .filter(fact -> told.contains(fact.name()))
          .forEach(fact -> facts.put(section.title() + ", " + fact.name(), fact.value()));
    }
    return facts;
  }

  /** With what the person has allowed. */
  @Override
  public Map<String, String> facts() {
    Map<String, String> all = new LinkedHashMap<>(seen);
    all.put("Wrong PIN", spendATry ? "one is allowed" : "none is tried");
    all.put("Outage", outage.map(Outage::how).orElse("none"));
    return all;
  }

  @Override
  public Optional<String> warning(String keys, String names) {
    return Optional.of(
        "This makes "
            + keys
            + " in "
            + uri.location()
            + ", whose names begin with "
            + names
            + ", and leaves them there: no store deletes keys."
            + " Better take a store for tests.");
  }

  @Override
  public Leftovers leftovers(String names, AuditSink audit) {
    return Leftovers.tidied(uri, secret, names, audit);
  }

  @Override
  public Map<Fault, String> notProduced() {
    Map<Fault, String> declared = new EnumMap<>(Fault.class);
    declared.put(Fault.LOCKED, "not asked for: nobody locks your store");
    declared.put(Fault.DENIED, "not asked for: nobody's rights in your store are changed");
    declared.put(Fault.CORRUPT, "not asked for: nothing in your store is altered");
    declared.put(Fault.FREEZE, "not asked for: your store is not stopped");
    if (outage.isEmpty()) {
      declared.put(Fault.LOSS, "not asked for: give --break and --restore, or --by-hand");
    }
    if (!uri.scheme().equals("pkcs11")) {
      declared.put(Fault.ABSENT, "which store is not there cannot be told for this scheme");
    }
    if (secret.isEmpty()) {
      declared.put(Fault.WRONG_SECRET, "the URI names the source of the secret, or needs none");
    } else if (!spendATry) {
      declared.put(Fault.WRONG_SECRET, "not asked for: it costs a try of the PIN; --spend-a-try");
    }
    return declared;
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) {
    return new Store();
  }

  private final class Store extends TestedStore {
    private boolean lost;

    @Override
    public CustodyUri uri() {
      return uri;
    }

    @Override
    public char[] secret() {
      return secret.copy();
    }

    @Override
    public char[] wrongSecret() {
      char[] wrong = secret.copy();
      char last = wrong[wrong.length - 1];
      Arrays.fill(wrong, '0');
      wrong[wrong.length - 1] = last == '1' ? '2' : '1';
      return wrong;
    }

    @Override
    public CustodyUri absent() {
      String query = uri.canonical().substring(uri.location().length());
      return CustodyUri.parse("pkcs11:token=tck-no-such-token" + query);
    }

    @Override
    public void lose() throws IOException, InterruptedException {
      lost = true;
      outage.orElseThrow().lose();
    }

    @Override
    public void bringBack() throws IOException, InterruptedException {
      outage.orElseThrow().bringBack();
      lost = false;
    }

    /** A point that failed half way leaves the store as it was. */
    @Override
    public void close() throws IOException {
      if (lost) {
        try {
          bringBack();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted; bring the store back yourself", e);
        }
      }
    }
  }
}
