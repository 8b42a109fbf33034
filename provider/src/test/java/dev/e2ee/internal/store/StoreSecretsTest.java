package dev.e2ee.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.Refused;
import java.nio.ByteBuffer;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** {@code testvectors/spec/store.md}, section 2, and K of section 5. */
class StoreSecretsTest {
  private final StoreSecrets secrets = StoreSecrets.generate(Engine.jdk());

  private StoreSecrets decoded(byte[] encoded, int generation) throws AEADBadTagException {
    return StoreSecrets.decode(Engine.jdk(), encoded, secrets.storeId(), generation);
  }

  /** [store-2] */
  @Test
  void noGenerationFollowsTheLast() throws Exception {
    byte[] encoded = secrets.encode();
    ByteBuffer.wrap(encoded).putInt(32, Integer.MAX_VALUE);
    try (StoreSecrets last = decoded(encoded, Integer.MAX_VALUE)) {
      assertEquals(List.of(Integer.MAX_VALUE), last.generations());
      Refused.with(IllegalStateException.class, last::rotated);
    }
  }

  /** [store-23] Together they are too many, though each is not. */
  @Test
  void noMoreThan256KeysComeTogether() {
    StoreSecrets one = secrets;
    StoreSecrets two = secrets;
    for (int i = 0; i < 128; i++) {
      one = one.rotated();
      two = two.rotated();
    }
    assertEquals(129, one.merged(secrets).count());
    StoreSecrets first = one;
    StoreSecrets second = two;
    Refused.with(IllegalStateException.class, () -> first.merged(second));
  }

  /** [store-20] */
  @Test
  void keysAreThoseThatTheHeadPromises() throws Exception {
    try (StoreSecrets rotated = secrets.rotated()) {
      byte[] encoded = rotated.encode();
      decoded(encoded, 2).close();
      Refused.with(AEADBadTagException.class, () -> decoded(encoded, 1));
      Refused.with(AEADBadTagException.class, () -> decoded(encoded, 3));
      byte[] reversed = encoded.clone();
      System.arraycopy(encoded, 32, reversed, 68, 36);
      System.arraycopy(encoded, 68, reversed, 32, 36);
      Refused.with(AEADBadTagException.class, () -> decoded(reversed, 2));
      byte[] twice = encoded.clone();
      System.arraycopy(encoded, 68, twice, 32, 36);
      Refused.with(AEADBadTagException.class, () -> decoded(twice, 2));
      byte[] another = encoded.clone();
      another[0] ^= 1;
      Refused.with(AEADBadTagException.class, () -> decoded(another, 2));
    }
  }
}
