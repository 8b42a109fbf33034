package dev.e2ee.internal.jca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.internal.jca.Phase.Working;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the shell holds of plaintext and key is wiped when it is done with it. */
class WipingTest {
  private static final byte[] HELLO = Sample.plaintext(40);

  private final EnvelopeCipher cipher =
      new EnvelopeCipher(new Home(new E2eeProvider(), Engine.jdk()));

  @BeforeEach
  void sealing() throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec());
    cipher.engineUpdate(HELLO, 0, HELLO.length);
  }

  private Working working() {
    return (Working) Reachable.field(cipher, "phase");
  }

  /** The arrays that the cipher holds now; one of them has the plaintext in it, one the key. */
  private List<byte[]> secretsInside() {
    List<byte[]> arrays = Reachable.arrays(cipher);
    assertTrue(Reachable.withCanary(arrays) > 0, "the search finds what is there");
    assertEquals(1, Reachable.withStartOf(Sample.umkBytes(), arrays));
    return arrays;
  }

  private static void assertWiped(List<byte[]> arrays) {
    assertEquals(0, Reachable.withCanary(arrays));
    assertEquals(0, Reachable.withStartOf(Sample.umkBytes(), arrays));
  }

  private static void assertClosed(Working working) {
    SecretBytes dek = SecretBytes.copyOf(new byte[32]);
    Refused.with(IllegalStateException.class, () -> working.session().umk().wrap(dek, HELLO));
  }

  /** Another key than {@link Sample#umk()}. */
  private static SecretKeySpec anotherUmk() {
    byte[] bytes = Sample.umkBytes();
    bytes[31] ^= 1;
    bytes[0] ^= 1;
    return new SecretKeySpec(bytes, "AES");
  }

  @Test
  void byTheNextInitWithAnotherKey() throws GeneralSecurityException {
    Working old = working();
    List<byte[]> arrays = secretsInside();
    cipher.init(Cipher.DECRYPT_MODE, anotherUmk(), null);
    assertWiped(arrays);
    assertClosed(old);
    assertEquals(0, Reachable.withStartOf(Sample.umkBytes(), Reachable.arrays(cipher)));
  }

  @Test
  void byTheNextInitWithTheSameKeyWhichIsKept() throws GeneralSecurityException {
    Working old = working();
    List<byte[]> arrays = secretsInside();
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    assertEquals(0, Reachable.withCanary(arrays));
    byte[] envelope = ReferenceEnvelope.of(Sample.context()).seal();
    cipher.engineUpdate(envelope, 0, 10);
    assertSame(old.session().umk(), working().session().umk());
    assertEquals(1, Reachable.withStartOf(Sample.umkBytes(), Reachable.arrays(cipher)));
    cipher.init(Cipher.DECRYPT_MODE, anotherUmk(), Sample.spec());
    assertClosed(old);
  }

  @Test
  void byTheNextInitWithTheSameKeyThatIsRefused() {
    Working old = working();
    List<byte[]> arrays = secretsInside();
    Refused.with(
        InvalidAlgorithmParameterException.class,
        () -> cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), new IvParameterSpec(new byte[12])));
    assertWiped(arrays);
    assertClosed(old);
  }

  @Test
  void byARefusedInit() {
    Working old = working();
    List<byte[]> arrays = secretsInside();
    Refused.with(
        InvalidKeyException.class,
        () -> cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[16], "AES"), null));
    assertWiped(arrays);
    assertClosed(old);
    Refused.with(IllegalStateException.class, () -> cipher.engineUpdate(HELLO, 0, 1));
    Refused.with(IllegalStateException.class, () -> cipher.engineDoFinal(HELLO, 0, 1));
    assertEquals(0, cipher.engineGetOutputSize(9));
  }

  @Test
  void bySealing() throws GeneralSecurityException {
    List<byte[]> arrays = secretsInside();
    byte[] envelope = cipher.engineDoFinal(null, 0, 0);
    assertEquals(0, Reachable.withCanary(arrays));
    assertEquals(0, Reachable.withCanary(Reachable.arrays(cipher)));
    assertArrayEquals(HELLO, ReferenceEnvelope.of(Sample.context()).open(envelope));
  }

  @Test
  void byAFailure() throws GeneralSecurityException {
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    byte[] bad = ReferenceEnvelope.of(Sample.context()).seal();
    bad[100] ^= 1;
    cipher.engineUpdate(bad, 0, 50);
    Working old = working();
    List<byte[]> arrays = Reachable.arrays(cipher);
    assertEquals(1, Reachable.withStartOf(Sample.umkBytes(), arrays));
    Refused.with(AEADBadTagException.class, () -> cipher.engineDoFinal(bad, 50, bad.length - 50));
    assertWiped(arrays);
    assertClosed(old);
  }

  @Test
  void byAMessageThatIsTooLong() throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    cipher.engineUpdate(HELLO, 0, HELLO.length);
    Working old = working();
    List<byte[]> arrays = secretsInside();
    byte[] tooMuch = new byte[16 << 20];
    Refused.with(
        IllegalStateException.class, () -> cipher.engineUpdate(tooMuch, 0, tooMuch.length));
    assertWiped(arrays);
    assertClosed(old);
  }

  private static byte[] chunkKey(byte[] envelope) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    return reference
        .chunks(reference.dekOf(envelope), Arrays.copyOfRange(envelope, 123, 147))
        .key();
  }

  @Test
  void ofSuiteTwoByTheEndAndByTheNextInit() throws GeneralSecurityException {
    // [envelope-32]
    byte[] more = Sample.plaintext(70_000);
    for (boolean finish : new boolean[] {true, false}) {
      cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec());
      byte[] start = cipher.engineUpdate(more, 0, more.length);
      List<byte[]> arrays = secretsInside();
      assertEquals(1, Reachable.withStartOf(chunkKey(start), arrays));
      if (finish) {
        cipher.engineDoFinal(null, 0, 0);
        assertEquals(0, Reachable.withCanary(arrays));
      }
      cipher.init(finish ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, anotherUmk(), Sample.spec());
      assertWiped(arrays);
      assertEquals(0, Reachable.withStartOf(chunkKey(start), arrays));
    }
  }

  @Test
  void ofSuiteTwoByAFaultInUpdate() throws GeneralSecurityException {
    // [envelope-32] [envelope-50]
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    reference.plaintext = Sample.plaintext(50_000);
    byte[] bad = reference.seal();
    bad[40_000] ^= 1;
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    cipher.engineUpdate(bad, 0, 30_000);
    List<byte[]> arrays = secretsInside();
    assertEquals(1, Reachable.withStartOf(chunkKey(bad), arrays));
    cipher.engineUpdate(bad, 30_000, 20_000);
    assertWiped(arrays);
    assertEquals(0, Reachable.withStartOf(chunkKey(bad), arrays));
    assertWiped(Reachable.arrays(cipher));
    Refused.with(AEADBadTagException.class, () -> cipher.engineDoFinal(null, 0, 0));
  }

  @Test
  void ofSuiteTwoByACustodyThatFails() throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    cipher.init(Cipher.ENCRYPT_MODE, key, Sample.spec());
    byte[] most = Sample.plaintext(65_536);
    cipher.engineUpdate(most, 0, most.length);
    List<byte[]> arrays = Reachable.arrays(cipher);
    assertTrue(Reachable.withCanary(arrays) > 0);
    key.failWith(new CustodyException(CustodyException.Kind.TRANSIENT, "what to do about it"));
    Refused.with(CustodyException.class, () -> cipher.engineUpdate(most, 0, 1));
    assertEquals(0, Reachable.withCanary(arrays));
  }

  @Test
  void byMovingToALargerArray() {
    List<byte[]> before = secretsInside();
    cipher.engineUpdate(new byte[5000], 0, 5000);
    assertEquals(0, Reachable.withCanary(before));
    assertEquals(1, Reachable.withCanary(Reachable.arrays(cipher)));
  }
}
