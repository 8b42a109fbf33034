package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/** {@code updateAAD}, for applications that know nothing of a record context. */
class AadTest {
  private static final byte[] HELLO = Sample.plaintext(33);
  private static final int MOST = 8183;

  private static Cipher sealing(TestEngine engine) throws GeneralSecurityException {
    return engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), null);
  }

  private static Cipher opening(TestEngine engine) throws GeneralSecurityException {
    return engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), null);
  }

  @EveryEngine
  void everyOverloadGivesTheSameBytes(TestEngine engine) throws GeneralSecurityException {
    byte[] aad = "any bytes at all".getBytes(StandardCharsets.US_ASCII);
    Cipher cipher = sealing(engine);
    cipher.updateAAD(Arrays.copyOf(aad, 4));
    cipher.updateAAD(aad, 4, 3);
    ByteBuffer rest = ByteBuffer.allocateDirect(20).put(aad, 7, aad.length - 7).flip();
    cipher.updateAAD(rest);
    assertEquals(0, rest.remaining());
    byte[] envelope = cipher.doFinal(HELLO);
    // [envelope-20]
    assertArrayEquals(HELLO, ReferenceEnvelope.ofRaw(aad).open(envelope));
    Cipher opening = opening(engine);
    opening.updateAAD(ByteBuffer.wrap(aad).asReadOnlyBuffer());
    assertArrayEquals(HELLO, opening.doFinal(envelope));
  }

  @EveryEngine
  void theCallersArrayMayChangeAfterwards(TestEngine engine) throws GeneralSecurityException {
    byte[] aad = {1, 2, 3};
    Cipher cipher = sealing(engine);
    cipher.updateAAD(aad);
    aad[0] = 9;
    byte[] envelope = cipher.doFinal(HELLO);
    assertArrayEquals(HELLO, ReferenceEnvelope.ofRaw(new byte[] {1, 2, 3}).open(envelope));
  }

  @EveryEngine
  void noBytesAreNoAad(TestEngine engine) throws GeneralSecurityException {
    // [envelope-16] [envelope-18] [envelope-20]
    Cipher cipher = sealing(engine);
    cipher.updateAAD(new byte[0]);
    cipher.updateAAD(ByteBuffer.allocate(0));
    byte[] envelope = cipher.doFinal(HELLO);
    assertEquals(1, envelope[7]);
    assertArrayEquals(HELLO, ReferenceEnvelope.ofNothing().open(envelope));
    assertArrayEquals(HELLO, opening(engine).doFinal(envelope));
    assertEquals(envelope.length, cipher.doFinal(HELLO).length);
  }

  @EveryEngine
  void atMost8183Bytes(TestEngine engine) throws GeneralSecurityException {
    // [envelope-16]
    byte[] most = ReferenceEnvelope.random(MOST);
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, key, null);
    Refused.with(IllegalArgumentException.class, () -> cipher.updateAAD(new byte[MOST + 1]));
    cipher.updateAAD(most, 0, 8000);
    ByteBuffer oneTooMany = ByteBuffer.allocate(184);
    Refused.with(IllegalArgumentException.class, () -> cipher.updateAAD(oneTooMany));
    assertEquals(0, oneTooMany.position());
    assertEquals(0, key.wraps(), "refused before a key is touched");
    Cipher whole = sealing(engine);
    whole.updateAAD(most, 0, 8000);
    whole.updateAAD(most, 8000, 183);
    assertArrayEquals(HELLO, ReferenceEnvelope.ofRaw(most).open(whole.doFinal(HELLO)));
  }

  @EveryEngine
  void notAfterInput(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = sealing(engine);
    cipher.updateAAD(new byte[] {1});
    cipher.update(HELLO);
    Refused.with(IllegalStateException.class, () -> cipher.updateAAD(new byte[] {2}));
    byte[] envelope = cipher.doFinal();
    assertArrayEquals(HELLO, ReferenceEnvelope.ofRaw(new byte[] {1}).open(envelope));
  }

  @EveryEngine
  void notBesideAContext(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    Refused.with(IllegalStateException.class, () -> cipher.updateAAD(new byte[] {1}));
    assertArrayEquals(HELLO, engine.opening().doFinal(cipher.doFinal(HELLO)));
  }

  @EveryEngine
  void isNotTheSameAsAContext(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = opening(engine);
    cipher.updateAAD(ReferenceEnvelope.payloadAad(Sample.context()));
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(engine.sealed(3)));
    Refused.with(AEADBadTagException.class, () -> opening(engine).doFinal(engine.sealed(3)));
    byte[] contextFree = sealing(engine).doFinal(HELLO);
    Refused.with(AEADBadTagException.class, () -> engine.opening().doFinal(contextFree));
    Cipher oneByte = opening(engine);
    oneByte.updateAAD(new byte[1]);
    Refused.with(AEADBadTagException.class, () -> oneByte.doFinal(contextFree));
  }
}
