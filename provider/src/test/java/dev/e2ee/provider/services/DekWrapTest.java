package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.DataKey;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** {@code E2EE-DekWrap}. */
class DekWrapTest {
  private static final DekWrapParameterSpec SPEC = new DekWrapParameterSpec(Sample.context());

  private static Cipher cipher(TestEngine engine, int mode, Key umk)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-DekWrap", engine.provider());
    cipher.init(mode, umk, SPEC);
    return cipher;
  }

  private static Cipher unwrapping(TestEngine engine) throws GeneralSecurityException {
    return cipher(engine, Cipher.UNWRAP_MODE, Sample.umk());
  }

  private static SecretKey dek(TestEngine engine) throws GeneralSecurityException {
    return KeyGenerator.getInstance("E2EE-DEK", engine.provider()).generateKey();
  }

  @EveryEngine
  void wrapsAndUnwraps(TestEngine engine) throws GeneralSecurityException {
    // [envelope-36]
    SecretKey dek = dek(engine);
    byte[] aes = ReferenceEnvelope.random(32);
    Cipher wrapping = cipher(engine, Cipher.WRAP_MODE, Sample.umk());
    assertEquals(60, wrapping.getOutputSize(32));
    byte[] first = wrapping.wrap(dek);
    byte[] second = wrapping.wrap(new SecretKeySpec(aes, "AES"));
    assertEquals(60, first.length);
    byte[] aad = ReferenceEnvelope.dekAad(Sample.context());
    assertArrayEquals(dek.getEncoded(), ReferenceEnvelope.unbox(Sample.umkBytes(), first, aad));
    Cipher unwrapping = unwrapping(engine);
    Key back = unwrapping.unwrap(first, "E2EE-DEK", Cipher.SECRET_KEY);
    assertInstanceOf(DataKey.class, back);
    assertEquals("E2EE-DEK", back.getAlgorithm());
    assertArrayEquals(dek.getEncoded(), back.getEncoded());
    Key backAsAes = unwrapping.unwrap(second, "AES", Cipher.SECRET_KEY);
    assertEquals("AES", backAsAes.getAlgorithm());
    assertArrayEquals(aes, backAsAes.getEncoded());
    byte[] reference = ReferenceEnvelope.box(Sample.umkBytes(), aes, aad);
    assertArrayEquals(aes, unwrapping.unwrap(reference, "AES", Cipher.SECRET_KEY).getEncoded());
  }

  @EveryEngine
  void everyWrapHasAFreshNonce(TestEngine engine) throws GeneralSecurityException {
    // [envelope-36]
    SecretKey dek = dek(engine);
    Cipher wrapping = cipher(engine, Cipher.WRAP_MODE, Sample.umk());
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      nonces.add(Arrays.toString(Arrays.copyOf(wrapping.wrap(dek), 12)));
    }
    assertEquals(100, nonces.size());
  }

  @EveryEngine
  void everyFlippedBitAndOtherLength(TestEngine engine) throws GeneralSecurityException {
    byte[] wrapped = cipher(engine, Cipher.WRAP_MODE, Sample.umk()).wrap(dek(engine));
    Set<String> messages = new HashSet<>();
    for (int bit = 0; bit < 8 * wrapped.length; bit++) {
      byte[] changed = wrapped.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      messages.add(refused(unwrapping(engine), changed).getMessage());
    }
    assertEquals(1, messages.size());
    for (int length = 0; length < 70; length++) {
      if (length != 60) {
        refused(unwrapping(engine), Arrays.copyOf(wrapped, length));
      }
    }
  }

  private static InvalidKeyException refused(Cipher cipher, byte[] wrapped) {
    return Refused.with(
        InvalidKeyException.class, () -> cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY));
  }

  @EveryEngine
  void otherRecordOrKey(TestEngine engine) throws GeneralSecurityException {
    byte[] wrapped = cipher(engine, Cipher.WRAP_MODE, Sample.umk()).wrap(dek(engine));
    refused(cipher(engine, Cipher.UNWRAP_MODE, Sample.otherUmk()), wrapped);
    for (RecordContext other :
        List.of(RecordContext.of("alice", "note", "43"), RecordContext.of("alice", "task", "42"))) {
      Cipher cipher = Cipher.getInstance("E2EE-DekWrap", engine.provider());
      cipher.init(Cipher.UNWRAP_MODE, Sample.umk(), new DekWrapParameterSpec(other));
      refused(cipher, wrapped);
    }
    // As section 10 says, the wrap does not bind the user.
    Cipher cipher = Cipher.getInstance("E2EE-DekWrap", engine.provider());
    cipher.init(
        Cipher.UNWRAP_MODE,
        Sample.umk(),
        new DekWrapParameterSpec(RecordContext.of("bob", "note", "42")));
    assertEquals(32, cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded().length);
  }

  @EveryEngine
  void aBoxOfAnotherLengthThanADek(TestEngine engine) throws GeneralSecurityException {
    // [envelope-36] A good tag does not make 16 bytes a DEK.
    byte[] aad = ReferenceEnvelope.dekAad(Sample.context());
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Cipher inCustody = cipher(engine, Cipher.UNWRAP_MODE, key);
    for (int length : new int[] {0, 16, 31, 33}) {
      byte[] box = ReferenceEnvelope.box(Sample.umkBytes(), new byte[length], aad);
      refused(unwrapping(engine), box);
      refused(inCustody, box);
    }
    assertEquals(0, key.unwraps(), "refused before a key is touched");
  }

  @EveryEngine
  void otherAlgorithmsAndTypes(TestEngine engine) throws GeneralSecurityException {
    byte[] wrapped = cipher(engine, Cipher.WRAP_MODE, Sample.umk()).wrap(dek(engine));
    Cipher cipher = unwrapping(engine);
    for (String algorithm : List.of("DES", "HmacSHA256", "E2EE-UMK", "aes", "")) {
      Refused.with(
          NoSuchAlgorithmException.class,
          () -> cipher.unwrap(wrapped, algorithm, Cipher.SECRET_KEY));
    }
    for (int type : new int[] {Cipher.PRIVATE_KEY, Cipher.PUBLIC_KEY}) {
      Refused.with(NoSuchAlgorithmException.class, () -> cipher.unwrap(wrapped, "AES", type));
    }
    assertEquals(32, cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded().length);
  }

  @EveryEngine
  void dataIsRefused(TestEngine engine) throws GeneralSecurityException {
    byte[] data = new byte[32];
    for (int mode : new int[] {Cipher.WRAP_MODE, Cipher.UNWRAP_MODE}) {
      Cipher cipher = cipher(engine, mode, Sample.umk());
      Refused.with(IllegalStateException.class, () -> cipher.update(data));
      Refused.with(IllegalStateException.class, () -> cipher.update(data, 0, 1, new byte[99]));
      Refused.with(IllegalStateException.class, () -> cipher.doFinal());
      Refused.with(IllegalStateException.class, () -> cipher.doFinal(data));
      Refused.with(IllegalStateException.class, () -> cipher.doFinal(data, 0, 1, new byte[99]));
      // The JDK's Cipher itself forbids AAD in these modes, so a wrap's context is its spec.
      Refused.with(IllegalStateException.class, () -> cipher.updateAAD(data));
    }
    Cipher wrapping = cipher(engine, Cipher.WRAP_MODE, Sample.umk());
    Refused.with(
        IllegalStateException.class, () -> wrapping.unwrap(data, "AES", Cipher.SECRET_KEY));
    Refused.with(IllegalStateException.class, () -> unwrapping(engine).wrap(dek(engine)));
  }

  @EveryEngine
  void withoutAContextThereIsNoWrap(TestEngine engine) throws GeneralSecurityException {
    for (int mode : new int[] {Cipher.WRAP_MODE, Cipher.UNWRAP_MODE}) {
      Cipher cipher = Cipher.getInstance("E2EE-DekWrap", engine.provider());
      Refused.with(InvalidKeyException.class, () -> cipher.init(mode, Sample.umk()));
    }
  }

  @EveryEngine
  void beforeInitAndAfterARefusedOne(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-DekWrap", engine.provider());
    SecretKey dek = dek(engine);
    Refused.with(IllegalStateException.class, () -> cipher.wrap(dek));
    cipher.init(Cipher.WRAP_MODE, Sample.umk(), SPEC);
    Refused.with(
        InvalidKeyException.class,
        () -> cipher.init(Cipher.WRAP_MODE, DataKey.of(new byte[32]), SPEC));
    Refused.with(IllegalStateException.class, () -> cipher.wrap(dek));
    Refused.with(
        UnsupportedOperationException.class,
        () -> cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), SPEC));
    Refused.with(IllegalStateException.class, () -> cipher.wrap(dek));
  }

  @EveryEngine
  void underAKeyInCustody(TestEngine engine) throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    byte[] wrapped = cipher(engine, Cipher.WRAP_MODE, key).wrap(dek(engine));
    Cipher unwrapping = cipher(engine, Cipher.UNWRAP_MODE, key);
    assertEquals(32, unwrapping.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded().length);
    for (SecretBytes seen : key.deks()) {
      // [envelope-32]
      Refused.with(IllegalStateException.class, seen::copy);
    }
    wrapped[20] ^= 1;
    refused(unwrapping, wrapped);
    key.failWith(new CustodyException(CustodyException.Kind.LOCKED, "unlock it first"));
    Refused.with(
        CustodyException.class, () -> unwrapping.unwrap(wrapped, "AES", Cipher.SECRET_KEY));
  }

  @Test
  void contextsThatItCannotCarry() {
    // [envelope-37]
    for (String bad : List.of(":", "a:b", "\u0000", "a\u001f", "\u007f", "\u0080", "\u009f")) {
      for (RecordContext context :
          List.of(
              RecordContext.of(bad, "b", "c"),
              RecordContext.of("a", bad, "c"),
              RecordContext.of("a", "b", bad))) {
        Refused.with(IllegalArgumentException.class, () -> new DekWrapParameterSpec(context));
      }
    }
    for (RecordContext context :
        List.of(Sample.context().withTenant("t"), Sample.context().withRevision(0))) {
      Refused.with(IllegalArgumentException.class, () -> new DekWrapParameterSpec(context));
    }
    for (String fine : List.of(" ", "~", "\u00a0", "\u2028", "\ud83d\ude00", "/")) {
      RecordContext context = RecordContext.of(fine, fine, fine);
      assertTrue(new DekWrapParameterSpec(context).context().equals(context));
    }
  }
}
