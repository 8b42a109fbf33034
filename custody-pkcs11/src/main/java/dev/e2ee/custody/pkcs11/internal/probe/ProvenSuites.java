package dev.e2ee.custody.pkcs11.internal.probe;

import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.custody.pkcs11.internal.key.Trial;
import dev.e2ee.custody.pkcs11.internal.key.UmkWork;
import dev.e2ee.custody.pkcs11.internal.key.Works;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Residency;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.Pace;
import dev.e2ee.spi.probe.ProbeNotes;
import dev.e2ee.spi.probe.Section;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a token can do, shown by trials with keys that end with them, and how fast. */
public final class ProvenSuites {
  private static final Duration ROUND_TRIPS = Duration.ofMillis(100);

  private final ProbeNotes notes;
  private final Connection connection;
  private final Trial trial;
  private final Works works;

  /** For one token, whose user is logged in. */
  public ProvenSuites(ProbeNotes notes, Connection connection, Trial trial, Works works) {
    this.notes = notes;
    this.connection = connection;
    this.trial = trial;
    this.works = works;
  }

  /** What the token claims, which proves nothing; without a login. */
  public static Section claims(Connection connection) {
    return Claim.of(connection.mechanisms());
  }

  /** Tries, and measures what a new UMK would use. [token-11] */
  public void prove() {
    Map<KeyUse, String> refused = trial.refused();
    Set<KeyUse> passed = trial.proven();
    Section proven = Section.titled("proven by a trial");
    for (KeyUse use : KeyUse.values()) {
      String untried = passed.contains(use) ? "yes" : "not tried, another one is taken";
      String outcome = refused.containsKey(use) ? "no: " + refused.get(use) : untried;
      proven = proven.with(use.text(), outcome + ", " + meaning(use));
    }
    notes.add(proven);
    Optional<KeyUse> chosen = KeyUse.umks().filter(passed::contains).findFirst();
    String better = reasons(KeyUse.umks(), refused);
    if (chosen.isPresent()) {
      suite(chosen.get(), better);
    } else {
      String asked = trial.wanted().map(use -> " by wrap=" + use.text()).orElse("");
      notes.add(
          Finding.fail(
              "suite",
              "the token cannot hold a UMK" + asked + ": " + better,
              asked.isEmpty()
                  ? "use another token for UMKs"
                  : "leave wrap= out of the URI, or use another token"));
    }
    device(reasons(Stream.of(KeyUse.ECDH, KeyUse.ECDSA), refused));
  }

  private static String reasons(Stream<KeyUse> uses, Map<KeyUse, String> refused) {
    return uses.filter(refused::containsKey)
        .map(use -> use.text() + ": " + refused.get(use))
        .collect(Collectors.joining("; "));
  }

  private static String meaning(KeyUse use) {
    return switch (use) {
      case GCM -> "UMK: AES-256-GCM in the token";
      case HMAC -> "UMK: a key for each wrap, by HMAC-SHA-256 in the token";
      case OAEP_3072 -> "UMK: a key for each wrap, hidden by RSA-OAEP and signed, 3,072 bits";
      case OAEP_2048 -> "UMK: the same, 2,048 bits";
      case KW -> "UMK: AES-KW and HMAC-SHA-256 in the token";
      case ECDH -> "device key: ECDH on P-256";
      case ECDSA -> "device key: ECDSA on P-256";
    };
  }

  /**
   * The one that was chosen.
   *
   * @param refused why not a better one; empty when it is the best
   */
  private void suite(KeyUse chosen, String refused) {
    UmkWork work = works.umk(chosen);
    if (trial.isInToken()) {
      notes.add(
          Section.titled("speed")
              .with("not measured", "the token has no keys that end with a session"));
    } else {
      trial.withKey(chosen, key -> measured(work, key));
    }
    Section suite =
        Section.titled("suite of a new UMK").with("wrapAlg", work.wrapAlg()).with("use", chosen);
    notes.add(refused.isEmpty() ? suite : suite.with("better ones refused", refused));
    notes.add(
        refused.isEmpty()
            ? Finding.ok("suite", "a new UMK would wrap by wrapAlg " + work.wrapAlg())
            : Finding.warn(
                "suite",
                "a new UMK would wrap by wrapAlg " + work.wrapAlg() + ", not 1 (" + refused + ")",
                "see first whether what reads your envelopes takes that wrapAlg; a newer module or"
                    + " firmware may do AES-GCM"));
  }

  private ProbeNotes measured(UmkWork work, TokenKey key) {
    notes.add(
        Section.titled("residency")
            .with("of a key made here", key.residency() + ", as its attributes were read back"));
    if (key.residency() == Residency.MEMORY) {
      notes.add(
          Finding.fail(
              "residency",
              "the token does not keep a key as it was told: it can be shown or taken out",
              "do not use it for keys"));
    }
    Section speed =
        Section.titled("speed")
            .with("round trip", Pace.of(1, ROUND_TRIPS, this::roundTrip) + ", C_GetSessionInfo");
    byte[] any = new byte[UmkWork.DEK];
    Arrays.fill(any, (byte) 1);
    try (SecretBytes dek = SecretBytes.adopt(any)) {
      notes.speed(speed, () -> wrap(work, key, dek));
    }
    return notes;
  }

  private void roundTrip() {
    connection.run(Connection.Effect.NONE, (session, epoch) -> session.loggedIn());
  }

  private void wrap(UmkWork work, TokenKey key, SecretBytes dek) {
    connection.run(
        Connection.Effect.NONE, (session, epoch) -> work.wrap(session, key, dek, new byte[32]));
  }

  private void device(String refused) {
    notes.add(
        refused.isEmpty()
            ? Finding.ok("device", "the keys of a device can live here")
            : Finding.warn(
                "device",
                "the keys of a device cannot live here (" + refused + ")",
                "keep them in a key file, or in another token"));
  }
}
