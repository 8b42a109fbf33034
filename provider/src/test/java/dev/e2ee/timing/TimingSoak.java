package dev.e2ee.timing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/**
 * Comparisons of secrets and commitments take the same time wherever the difference is. Its name
 * keeps it out of the usual run; {@code ./verify --soak} names it. A busy machine can make a single
 * measurement differ; a leak differs in each, and in the same direction.
 */
class TimingSoak {
  private static final int TIMES = 4;
  private static final int LENGTH = 32;

  private final Random random = Sample.random("TimingSoak");
  private final byte[] secret = new byte[LENGTH];

  private byte[] differingAt(int index) {
    byte[] other = secret.clone();
    other[index] ^= 1;
    return other;
  }

  /** What no comparison of ours may look like: it ends at the first difference. */
  private int early(byte[] other) {
    for (int i = 0; i < LENGTH; i++) {
      if (secret[i] != other[i]) {
        return i;
      }
    }
    return LENGTH;
  }

  private int isEqual(byte[] other) {
    return MessageDigest.isEqual(secret, other) ? 1 : 0;
  }

  private int sameBytes(byte[] other) {
    try (SecretBytes one = SecretBytes.copyOf(secret);
        SecretBytes two = SecretBytes.copyOf(other)) {
      return one.sameBytes(two) ? 1 : 0;
    }
  }

  private boolean leaks(String name, Dudect.Operation operation, byte[] first, byte[] last) {
    int slower = 0;
    int faster = 0;
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < TIMES; i++) {
      double t = Dudect.t(operation, first, last, random);
      slower += t > Dudect.CERTAIN ? 1 : 0;
      faster += t < -Dudect.CERTAIN ? 1 : 0;
      line.append(String.format(" %8.1f", t));
    }
    boolean leaks = slower == TIMES || faster == TIMES;
    System.out.printf("timing: %-34s t =%s: %s%n", name, line, leaks ? "LEAKS" : "no leak found");
    return leaks;
  }

  @Test
  void theTimeDoesNotSayWhereTheDifferenceIs() throws GeneralSecurityException {
    random.nextBytes(secret);
    byte[] first = differingAt(0);
    byte[] last = differingAt(LENGTH - 1);
    assertTrue(
        leaks("a loop that ends early", this::early, first, last), "it finds no leak at all");
    Map<String, Boolean> ours = new LinkedHashMap<>();
    ours.put("isEqual", leaks("MessageDigest.isEqual", this::isEqual, first, last));
    ours.put(
        "isEqual, right", leaks("the same, right and wrong", this::isEqual, secret.clone(), last));
    ours.put("sameBytes", leaks("SecretBytes.sameBytes", this::sameBytes, first, last));
    try (Envelope envelope = Envelope.with(Sample.umk())) {
      byte[] sealed = envelope.seal(Sample.plaintext(16), Sample.context());
      ours.put(
          "commitment",
          leaks(
              "an envelope's commitment",
              bytes -> opened(envelope, bytes),
              flipped(sealed, 91),
              flipped(sealed, 122)));
    }
    ours.values().removeIf(leaks -> !leaks);
    assertTrue(ours.isEmpty(), ours::toString);
  }

  /** The commitment of a suite 1 envelope lies in the bytes 91 to 122. */
  private static byte[] flipped(byte[] sealed, int index) {
    byte[] bad = sealed.clone();
    bad[index] ^= 1;
    return bad;
  }

  private static int opened(Envelope envelope, byte[] bytes) {
    try {
      return envelope.open(bytes, Sample.context()).length;
    } catch (AEADBadTagException e) {
      return -1;
    }
  }
}
