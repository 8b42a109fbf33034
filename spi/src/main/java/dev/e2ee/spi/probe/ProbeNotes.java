package dev.e2ee.spi.probe;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyInfo;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a probe has noted so far, and what there is to be said of every kind of store. */
public final class ProbeNotes {
  private static final Duration MEASURED = Duration.ofSeconds(1);
  private static final int SEVERAL = 8;

  private final String location;
  private final List<Section> sections = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private @Nullable Kind stopped;

  /**
   * Nothing yet.
   *
   * @param location the store's canonical URI without its query
   */
  public ProbeNotes(String location) {
    this.location = location;
  }

  /** Notes facts. */
  public void add(Section section) {
    sections.add(section);
  }

  /** Notes a finding. */
  public void add(Finding finding) {
    findings.add(finding);
  }

  /** That the probe cannot go on. */
  public void stop(String topic, CustodyException why, String remedy) {
    stopped = why.kind();
    findings.add(Finding.fail(topic, why.kind() + ": " + why.getMessage(), remedy));
  }

  /** How the store is, and whether it counts wraps. */
  public void store(CustodyInfo info, Health health) {
    findings.add(
        switch (health.status()) {
          case READY, LOCKED -> Finding.ok("keys", location + " is " + health.detail());
          case UNAVAILABLE ->
              Finding.fail(
                  "keys",
                  location + ": " + health.detail(),
                  "see that the store is there and answers, then probe again");
        });
    uses(info);
  }

  /** Whether the store counts wraps. */
  public void uses(CustodyInfo info) {
    findings.add(
        info.persistsUses()
            ? Finding.ok("uses", "wraps are counted in the key store, across processes")
            : Finding.warn(
                "uses",
                "the key store does not count the wraps of all processes",
                "rotate a key long before 2^32 wraps"));
  }

  /** The keys of the store, and what is odd about them. */
  public void keys(List<KeyDescription> keys) {
    Section section = Section.titled("keys");
    for (KeyDescription key : keys) {
      section =
          section.with(
              key.name() + " " + key.generation(),
              key.state() + " " + key.kind() + ", id " + key.id() + ", " + key.residency());
    }
    sections.add(section);
    if (keys.stream().noneMatch(key -> key.state() == KeyState.PRIMARY)) {
      findings.add(Finding.warn("keys", "no key to seal with", "e2ee key generate NAME"));
    }
    for (KeyDescription key : keys) {
      if (key.state() == KeyState.PENDING) {
        findings.add(
            Finding.warn(
                "keys", "a rotation of '" + key.name() + "' was cut off", "rotate it again"));
      }
    }
  }

  /**
   * Unlocks a store, once.
   *
   * @param unlock does it, and throws {@link CustodyException} when it cannot
   * @param uri that may say where the secret is: then it is an error that it is not there
   * @return whether it is unlocked; if not, a finding says why
   */
  public boolean unlock(Runnable unlock, CustodyUri uri) {
    try {
      unlock.run();
      return true;
    } catch (CustodyException e) {
      boolean notGiven = e.kind() == Kind.LOCKED || e.kind() == Kind.CANCELLED;
      if (notGiven && !uri.namesSecret()) {
        stopped = e.kind();
        findings.add(
            Finding.warn(
                "unlock",
                "not unlocked, so that nothing was tried: " + e.getMessage(),
                "give the PIN or passphrase, such as by --passphrase-file"));
      } else {
        stop("unlock", e, next(e.kind()));
      }
      return false;
    }
  }

  private static String next(Kind kind) {
    return switch (kind) {
      case LOCKED, CANCELLED, MISSING ->
          "put the PIN or passphrase where the URI says that it is, for this user to read";
      case AUTH_FAILED -> "find the right PIN or passphrase: this one was tried once";
      case AUTH_LOCKED_OUT ->
          "log in once with the right PIN, by the store's own tool or pin-source=callback:; a PIN that"
              + " is locked, its security officer sets anew";
      case REMOVED, TIMEOUT, TRANSIENT, EXHAUSTED ->
          "see that the store is there, answers and has room, then probe again";
      default -> "mend what the error names, then probe again";
    };
  }

  /**
   * Notes how fast a store wraps: in one thread, and in eight at the same time. Takes about three
   * seconds.
   *
   * @param speed what was measured before
   * @param wrap one wrap, under a key that is thrown away
   */
  public void speed(Section speed, Runnable wrap) {
    sections.add(
        speed
            .with("wraps with 1 thread", Pace.of(1, MEASURED, wrap))
            .with("wraps with " + SEVERAL + " threads", Pace.of(SEVERAL, MEASURED, wrap)));
  }

  /** All of it. */
  public ProbeReport report() {
    return new ProbeReport(location, sections, findings, Optional.ofNullable(stopped));
  }
}
