package dev.e2ee.cli.doctor;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.probe.Finding;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** What can be said without a key store: Java, the engine, the custody back ends. */
final class Machine {
  private static final int BASELINE = 17;

  private Machine() {}

  static List<Finding> findings() {
    Custodies installed = Custodies.installed();
    List<Finding> all = new java.util.ArrayList<>(List.of(java(), memory(), engine()));
    for (CustodyProvider provider : installed.providers()) {
      all.add(Finding.ok("custody", provider.scheme() + ": " + provider.description()));
    }
    if (installed.providers().stream().noneMatch(p -> p.scheme().equals("file"))) {
      all.add(
          Finding.fail(
              "custody", "the back end for file: is missing", "install e2ee again, whole"));
    }
    for (String broken : installed.broken()) {
      all.add(Finding.warn("custody", "could not be loaded: " + broken, ""));
    }
    return all;
  }

  private static Finding java() {
    Runtime.Version version = Runtime.version();
    String text =
        version + ", " + System.getProperty("java.vendor") + ", " + System.getProperty("java.home");
    return version.feature() < BASELINE
        ? Finding.fail("java", text + ": too old", "17 is needed")
        : Finding.ok("java", text);
  }

  /** A quarter of the heap is the most that Argon2id may take. */
  private static Finding memory() {
    long heapKiB = Runtime.getRuntime().maxMemory() / 1024;
    String text = heapKiB / 1024 + " MiB of heap";
    return heapKiB / 4 < Argon2Cost.DEFAULT.memoryKiB()
        ? Finding.warn("memory", text, "passphrases need 256 MiB; run with more memory")
        : Finding.ok("memory", text);
  }

  private static Finding engine() {
    E2eeProvider provider;
    try {
      provider = new E2eeProvider();
    } catch (ProviderException e) {
      return Finding.fail("provider", String.valueOf(e.getMessage()), "");
    }
    String text = provider.getName() + " " + provider.getVersionStr() + ": " + provider.getInfo();
    try {
      return sealsAndOpens(provider)
          ? Finding.ok("provider", text + "; sealed and opened a test record")
          : Finding.fail("provider", text, "a test record came back differently");
    } catch (GeneralSecurityException e) {
      return Finding.fail("provider", text, "a test record did not open");
    }
  }

  private static boolean sealsAndOpens(E2eeProvider provider) throws GeneralSecurityException {
    byte[] bytes = new byte[UserMasterKey.LENGTH];
    new SecureRandom().nextBytes(bytes);
    RecordContext context = RecordContext.of("doctor", "test", "1");
    try (UserMasterKey key = UserMasterKey.of(bytes);
        Envelope envelope = Envelope.with(key, provider)) {
      return Arrays.equals(bytes, envelope.open(envelope.seal(bytes, context), context));
    }
  }
}
