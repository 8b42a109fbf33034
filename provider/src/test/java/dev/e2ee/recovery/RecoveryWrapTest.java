package dev.e2ee.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.recovery.RecoveryCore;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code testvectors/spec/recovery.md}, section 3. */
class RecoveryWrapTest {
  private static final Argon2Cost FLOOR = new Argon2Cost(19456, 2, 1);
  private static final KeyId ID =
      KeyId.of(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6});
  private static final String USER = "alice";

  private final RecoveryWrap wraps = RecoveryWrap.of(USER);
  private final RecoveryCode code = RecoveryCode.generate();

  private static UserMasterKey umk() {
    return UserMasterKey.of(Sample.umkBytes(), ID, 5);
  }

  @EveryEngine
  void bringsTheUmkBack(TestEngine engine) throws Exception {
    RecoveryWrap over = RecoveryWrap.of(USER, engine.provider());
    byte[] wrap = over.wrap(umk(), code, 2, FLOOR);
    assertEquals(168, wrap.length);
    RecoveryWrap.Info info = RecoveryWrap.inspect(wrap);
    assertEquals(new RecoveryWrap.Info(ID, 5, 2, Optional.of(FLOOR)), info);
    UserMasterKey back = wraps.unwrap(wrap, RecoveryCode.parse(code.text()), 1);
    assertArrayEquals(Sample.umkBytes(), back.getEncoded());
    assertEquals(ID, back.id().orElseThrow());
    assertEquals(5, back.generation());
    // [recovery-6]
    byte[] again = over.wrap(umk(), code, 2, FLOOR);
    assertFalse(Arrays.equals(wrap, 44, 76, again, 44, 76), "a salt of its own");
    assertFalse(Arrays.equals(wrap, 108, 120, again, 108, 120), "a nonce of its own");
  }

  @Test
  void aRawUmkKeepsItsOwnId() throws Exception {
    byte[] wrap = wraps.wrap(Sample.umk(), code, 1, FLOOR);
    try (Envelope raw = Envelope.with(Sample.umk());
        Envelope back = Envelope.with(wraps.unwrap(wrap, code, 1))) {
      byte[] sealed = raw.seal(new byte[] {3}, Sample.context());
      assertArrayEquals(new byte[] {3}, back.open(sealed, Sample.context()));
    }
  }

  /** [recovery-4] [recovery-5] [recovery-8] One bit of each byte. */
  @Tag("once")
  @Test
  void everyByteMatters() {
    byte[] wrap = wraps.wrap(umk(), code, 2, FLOOR);
    for (int at = 0; at < wrap.length; at++) {
      byte[] altered = wrap.clone();
      altered[at] ^= (byte) (at == 8 || at == 28 ? 0x80 : 1);
      boolean head =
          at < 9 || at == 28 || at == 32 || (at >= 36 && at < 39) || (at >= 40 && at < 44);
      if (head) {
        Refused.with(MalformedRecoveryWrapException.class, () -> wraps.unwrap(altered, code, 1));
      } else {
        assertEquals(
            RecoveryCore.NOT_AUTHENTIC,
            Refused.with(AEADBadTagException.class, () -> wraps.unwrap(altered, code, 1))
                .getMessage(),
            () -> "byte");
      }
    }
    for (int length : new int[] {0, 1, 76, 108, 167}) {
      byte[] cut = Arrays.copyOf(wrap, length);
      Refused.with(MalformedRecoveryWrapException.class, () -> wraps.unwrap(cut, code, 1));
    }
    byte[] longer = Arrays.copyOf(wrap, 169);
    Refused.with(MalformedRecoveryWrapException.class, () -> wraps.unwrap(longer, code, 1));
  }

  /** Threats 4 and 10. [recovery-9] */
  @Test
  void isBoundToCodeUserAndIssue() throws Exception {
    byte[] wrap = wraps.wrap(umk(), code, 2, FLOOR);
    Refused.with(AEADBadTagException.class, () -> wraps.unwrap(wrap, RecoveryCode.generate(), 1));
    Refused.with(AEADBadTagException.class, () -> RecoveryWrap.of("bob").unwrap(wrap, code, 1));
    wraps.unwrap(wrap, code, 2).close();
    Exception retired = Refused.with(AEADBadTagException.class, () -> wraps.unwrap(wrap, code, 3));
    assertEquals(
        "this wrap has the number 2, and 3 is remembered: an older one was put back",
        retired.getMessage());
    // A server that changes the number gets the one answer of all that is altered.
    byte[] lowered = wrap.clone();
    lowered[31] = 1;
    assertEquals(
        RecoveryCore.NOT_AUTHENTIC,
        Refused.with(AEADBadTagException.class, () -> wraps.unwrap(lowered, code, 2)).getMessage());
    Refused.with(IllegalArgumentException.class, () -> wraps.wrap(umk(), code, 0, FLOOR));
  }

  /** Threat 5: neither time nor memory is spent on what nobody should compute. */
  @Test
  void absurdCostsTakeNoMemory() {
    byte[] wrap = wraps.wrap(umk(), code, 2, FLOOR);
    for (String cost :
        List.of(
            "7fffffff 00000003 00000004",
            "ffffffff 00000003 00000004",
            "00100001 00000003 00000004",
            "00010000 000f4240 00000004",
            "00010000 7fffffff 00000004",
            "00010000 00000003 00ffffff",
            "00000008 00000001 00000001")) {
      byte[] absurd = wrap.clone();
      byte[] bytes = HexFormat.of().parseHex(cost.replace(" ", ""));
      System.arraycopy(bytes, 0, absurd, 32, bytes.length);
      long before = allocated();
      Refused.with(MalformedRecoveryWrapException.class, () -> wraps.unwrap(absurd, code, 1));
      Refused.with(MalformedRecoveryWrapException.class, () -> RecoveryWrap.inspect(absurd));
      long spent = allocated() - before;
      assertEquals(0, spent / (1 << 20), "MiB that the refusal has allocated");
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private Cipher cipher(int mode, Key key, RecoveryWrapParameterSpec spec) throws Exception {
    Cipher cipher = Cipher.getInstance("E2EE-RecoveryWrap", new E2eeProvider());
    cipher.init(mode, key, spec);
    return cipher;
  }

  @Test
  void throughTheCipher() throws Exception {
    RecoveryWrapParameterSpec spec = new RecoveryWrapParameterSpec(USER, 4, FLOOR);
    Cipher wrapping = cipher(Cipher.WRAP_MODE, code, spec);
    byte[] wrap = wrapping.wrap(umk());
    assertEquals(wrap.length, wrapping.getOutputSize(32));
    // [recovery-10]
    AlgorithmParameters sent =
        AlgorithmParameters.getInstance("E2EE-RecoveryWrap", new E2eeProvider());
    byte[] encoded = wrapping.getParameters().getEncoded();
    sent.init(encoded);
    assertEquals(spec, sent.getParameterSpec(RecoveryWrapParameterSpec.class));
    byte[] tooLong = Arrays.copyOf(encoded, 17 + 1025);
    Arrays.fill(tooLong, 17, tooLong.length, (byte) 'x');
    List<byte[]> wrongs = new ArrayList<>(List.of(tooLong, new byte[0]));
    for (int length = 0; length < 18; length++) {
      wrongs.add(Arrays.copyOf(encoded, length));
    }
    for (int at : new int[] {0, 1, 5, 9, 13, 17}) {
      byte[] one = encoded.clone();
      one[at] = (byte) 0xf7;
      wrongs.add(one);
    }
    for (byte[] wrong : wrongs) {
      AlgorithmParameters bad =
          AlgorithmParameters.getInstance("E2EE-RecoveryWrap", new E2eeProvider());
      Refused.with(java.io.IOException.class, () -> bad.init(wrong));
    }
    Cipher unwrapping = cipher(Cipher.UNWRAP_MODE, code, spec);
    Key back = unwrapping.unwrap(wrap, "E2EE-UMK", Cipher.SECRET_KEY);
    assertArrayEquals(Sample.umkBytes(), back.getEncoded());
    assertEquals(ID, ((UserMasterKey) back).id().orElseThrow());
    Refused.with(
        InvalidKeyException.class,
        () -> unwrapping.unwrap(new byte[168], "E2EE-UMK", Cipher.SECRET_KEY));
    wrap[100] ^= 1;
    Refused.with(
        InvalidKeyException.class, () -> unwrapping.unwrap(wrap, "E2EE-UMK", Cipher.SECRET_KEY));
    Refused.with(
        NoSuchAlgorithmException.class, () -> unwrapping.unwrap(wrap, "AES", Cipher.SECRET_KEY));
    Refused.with(InvalidKeyException.class, () -> cipher(Cipher.WRAP_MODE, Sample.umk(), spec));
    Refused.with(
        InvalidAlgorithmParameterException.class, () -> cipher(Cipher.WRAP_MODE, code, null));
    Refused.with(
        UnsupportedOperationException.class, () -> cipher(Cipher.ENCRYPT_MODE, code, spec));
    RecoveryCode closed = RecoveryCode.generate();
    closed.close();
    Refused.with(InvalidKeyException.class, () -> cipher(Cipher.WRAP_MODE, closed, spec));
  }

  private static SecretKeyFactory argon2() throws Exception {
    return SecretKeyFactory.getInstance("Argon2id", new E2eeProvider());
  }

  /** The argon2 command of Debian, 19456 KiB, 2 passes, 1 lane. */
  @Test
  void argon2idAsASecretKeyFactory() throws Exception {
    Process reference =
        new ProcessBuilder(
                "argon2",
                "0123456789abcdef",
                "-id",
                "-r",
                "-l",
                "32",
                "-k",
                "19456",
                "-t",
                "2",
                "-p",
                "1")
            .start();
    try (var stdin = reference.getOutputStream()) {
      stdin.write("password".getBytes(UTF_8));
    }
    String hex = new String(reference.getInputStream().readAllBytes(), UTF_8).strip();
    try (Argon2KeySpec spec =
        new Argon2KeySpec(
            "password".getBytes(UTF_8), "0123456789abcdef".getBytes(UTF_8), FLOOR, 32)) {
      SecretKey key = argon2().generateSecret(spec);
      assertEquals(hex, HexFormat.of().formatHex(key.getEncoded()));
      assertEquals("Argon2id", key.getAlgorithm());
      assertEquals("RawKey[32 bytes]", key.toString());
      Refused.with(
          InvalidKeySpecException.class, () -> argon2().getKeySpec(key, Argon2KeySpec.class));
      Refused.with(InvalidKeyException.class, () -> argon2().translateKey(key));
    }
    Argon2KeySpec closed =
        new Argon2KeySpec(
            "password".getBytes(UTF_8), "0123456789abcdef".getBytes(UTF_8), FLOOR, 32);
    closed.close();
    Refused.with(InvalidKeySpecException.class, () -> argon2().generateSecret(closed));
    Refused.with(
        InvalidKeySpecException.class,
        () -> argon2().generateSecret(new PBEKeySpec(new char[] {'x'})));
    for (int[] lengths : new int[][] {{0, 16, 32}, {1, 15, 32}, {1, 16, 15}, {1, 16, 65}}) {
      Refused.with(
          IllegalArgumentException.class,
          () -> new Argon2KeySpec(new byte[lengths[0]], new byte[lengths[1]], FLOOR, lengths[2]));
    }
  }
}
