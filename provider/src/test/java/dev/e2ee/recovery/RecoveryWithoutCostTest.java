package dev.e2ee.recovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.internal.recovery.RecoveryCore;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** Derivation 2 of {@code testvectors/spec/recovery.md}, section 3: HKDF, which costs nothing. */
class RecoveryWithoutCostTest {
  private static final Argon2Cost FLOOR = new Argon2Cost(19456, 2, 1);
  private static final KeyId ID =
      KeyId.of(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6});
  private static final String USER = "alice";
  private static final String CIPHER = "E2EE-RecoveryWrap";

  private final RecoveryWrap wraps = RecoveryWrap.of(USER);
  private final RecoveryCode code = RecoveryCode.generate();

  private static UserMasterKey umk() {
    return UserMasterKey.of(Sample.umkBytes(), ID, 5);
  }

  private static void assertUmk(UserMasterKey back) {
    assertArrayEquals(Sample.umkBytes(), back.getEncoded());
    assertEquals(ID, back.id().orElseThrow());
    assertEquals(5, back.generation());
  }

  @EveryEngine
  void bringsTheUmkBack(TestEngine engine) throws Exception {
    RecoveryWrap over = RecoveryWrap.of(USER, engine.provider());
    byte[] wrap = over.wrapWithoutCost(umk(), code, 2);
    assertEquals(168, wrap.length);
    assertEquals(2, wrap[5]);
    // [recovery-11]
    assertArrayEquals(new byte[12], Arrays.copyOfRange(wrap, 32, 44));
    assertEquals(new RecoveryWrap.Info(ID, 5, 2, Optional.empty()), RecoveryWrap.inspect(wrap));
    assertUmk(wraps.unwrap(wrap, RecoveryCode.parse(code.text()), 2));
    assertUmk(over.unwrap(wraps.wrapWithoutCost(umk(), code, 1), code, 1));
    // [recovery-6]
    byte[] again = over.wrapWithoutCost(umk(), code, 2);
    assertFalse(Arrays.equals(wrap, 44, 76, again, 44, 76), "a salt of its own");
    assertFalse(Arrays.equals(wrap, 108, 120, again, 108, 120), "a nonce of its own");
  }

  /** [recovery-4] [recovery-8] [recovery-11] Each bit. */
  @Test
  void everyBitMatters() {
    byte[] wrap = wraps.wrapWithoutCost(umk(), code, 2);
    for (int bit = 0; bit < 8 * wrap.length; bit++) {
      int at = bit / 8;
      byte[] altered = wrap.clone();
      altered[at] ^= (byte) (1 << bit % 8);
      ByteBuffer fields = ByteBuffer.wrap(altered);
      boolean refused = fields.getInt(8) < 1 || fields.getInt(28) < 1;
      if (at < 8 || refused || (at >= 32 && at < 44)) {
        Refused.with(MalformedRecoveryWrapException.class, () -> wraps.unwrap(altered, code, 1));
        Refused.with(MalformedRecoveryWrapException.class, () -> RecoveryWrap.inspect(altered));
      } else {
        assertNotAuthentic(altered);
      }
    }
  }

  private void assertNotAuthentic(byte[] wrap) {
    var e = Refused.with(AEADBadTagException.class, () -> wraps.unwrap(wrap, code, 1));
    assertEquals(RecoveryCore.NOT_AUTHENTIC, e.getMessage());
  }

  /** [recovery-9] */
  @Test
  void isBoundToCodeUserAndIssue() throws Exception {
    byte[] wrap = wraps.wrapWithoutCost(umk(), code, 2);
    Refused.with(AEADBadTagException.class, () -> wraps.unwrap(wrap, RecoveryCode.generate(), 1));
    Refused.with(AEADBadTagException.class, () -> RecoveryWrap.of("bob").unwrap(wrap, code, 1));
    var retired = Refused.with(AEADBadTagException.class, () -> wraps.unwrap(wrap, code, 3));
    assertTrue(retired.getMessage().contains("put back"), retired.getMessage());
    Refused.with(IllegalArgumentException.class, () -> wraps.wrapWithoutCost(umk(), code, 0));
  }

  /** [recovery-5] [recovery-11] [recovery-12] A server can neither take a cost away nor add one. */
  @Test
  void theDerivationIsTheWritersChoice() {
    byte[] bare = wraps.wrapWithoutCost(umk(), code, 2);
    byte[] costly = wraps.wrap(umk(), code, 2, FLOOR);
    for (byte[] wrap : List.of(bare, costly)) {
      byte[] changed = wrap.clone();
      changed[5] ^= 3;
      var e =
          Refused.with(MalformedRecoveryWrapException.class, () -> wraps.unwrap(changed, code, 1));
      assertTrue(e.getMessage().contains("a derivation without one"), e.getMessage());
    }
    byte[] cost = Arrays.copyOfRange(costly, 32, 44);
    costly[5] = 2;
    System.arraycopy(new byte[12], 0, costly, 32, 12);
    assertNotAuthentic(costly);
    bare[5] = 1;
    System.arraycopy(cost, 0, bare, 32, 12);
    assertNotAuthentic(bare);
  }

  private static Cipher cipher(int mode, RecoveryCode code, RecoveryWrapParameterSpec spec)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER, new E2eeProvider());
    cipher.init(mode, code, spec);
    return cipher;
  }

  @Test
  void throughTheCipher() throws Exception {
    RecoveryWrapParameterSpec spec = RecoveryWrapParameterSpec.withoutCost(USER, 4);
    assertEquals(new RecoveryWrapParameterSpec(USER, 4, Optional.empty()), spec);
    Cipher wrapping = cipher(Cipher.WRAP_MODE, code, spec);
    byte[] wrap = wrapping.wrap(umk());
    assertEquals(new RecoveryWrap.Info(ID, 5, 4, Optional.empty()), RecoveryWrap.inspect(wrap));
    assertEquals(spec, wrapping.getParameters().getParameterSpec(RecoveryWrapParameterSpec.class));
    // The wrap's own derivation counts, whatever the reader's parameters say.
    byte[] costly = wraps.wrap(umk(), code, 4, FLOOR);
    for (var reader : List.of(spec, new RecoveryWrapParameterSpec(USER))) {
      Cipher unwrapping = cipher(Cipher.UNWRAP_MODE, code, reader);
      for (byte[] each : List.of(wrap, costly)) {
        assertUmk((UserMasterKey) unwrapping.unwrap(each, "E2EE-UMK", Cipher.SECRET_KEY));
      }
    }
    Refused.with(
        IllegalArgumentException.class, () -> RecoveryWrapParameterSpec.withoutCost(USER, 0));
    Refused.with(
        IllegalArgumentException.class, () -> RecoveryWrapParameterSpec.withoutCost("", 1));
  }

  /** [recovery-10] */
  @Test
  void parametersHaveZerosInPlaceOfACost() throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance(CIPHER, new E2eeProvider());
    parameters.init(RecoveryWrapParameterSpec.withoutCost(USER, 4));
    byte[] encoded = parameters.getEncoded();
    assertArrayEquals(new byte[12], Arrays.copyOfRange(encoded, 5, 17));
    for (int at = 5; at < 17; at++) {
      byte[] mixed = encoded.clone();
      mixed[at] = 16;
      AlgorithmParameters read = AlgorithmParameters.getInstance(CIPHER, new E2eeProvider());
      Refused.with(IOException.class, () -> read.init(mixed));
    }
  }
}
