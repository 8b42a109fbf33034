package dev.e2ee.internal.jca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.jca.Phase.Collecting;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.lang.reflect.Field;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
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

  private Collecting collecting() throws ReflectiveOperationException {
    Field phase = EnvelopeCipher.class.getDeclaredField("phase");
    phase.setAccessible(true);
    return (Collecting) phase.get(cipher);
  }

  private static void assertWiped(byte[] array) {
    assertArrayEquals(new byte[array.length], array);
  }

  private static void assertClosed(MasterKey umk) {
    SecretBytes dek = SecretBytes.copyOf(new byte[32]);
    Refused.with(IllegalStateException.class, () -> umk.wrap(dek, HELLO));
  }

  @Test
  void byTheNextInit() throws GeneralSecurityException, ReflectiveOperationException {
    Collecting old = collecting();
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), null);
    assertWiped(old.input().array());
    assertClosed(old.session().umk());
  }

  @Test
  void byARefusedInit() throws ReflectiveOperationException {
    Collecting old = collecting();
    Refused.with(
        InvalidKeyException.class,
        () -> cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[16], "AES"), null));
    assertWiped(old.input().array());
    assertClosed(old.session().umk());
    Refused.with(IllegalStateException.class, () -> cipher.engineUpdate(HELLO, 0, 1));
    Refused.with(IllegalStateException.class, () -> cipher.engineDoFinal(HELLO, 0, 1));
    assertEquals(0, cipher.engineGetOutputSize(9));
  }

  @Test
  void bySealing() throws GeneralSecurityException, ReflectiveOperationException {
    Collecting old = collecting();
    byte[] inside = old.input().array();
    assertArrayEquals(HELLO, Arrays.copyOf(inside, HELLO.length));
    byte[] envelope = cipher.engineDoFinal(null, 0, 0);
    assertWiped(inside);
    assertArrayEquals(HELLO, ReferenceEnvelope.of(Sample.context()).open(envelope));
  }

  @Test
  void byAFailure() throws GeneralSecurityException, ReflectiveOperationException {
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    byte[] bad = ReferenceEnvelope.of(Sample.context()).seal();
    bad[100] ^= 1;
    Collecting old = collecting();
    Refused.with(AEADBadTagException.class, () -> cipher.engineDoFinal(bad, 0, bad.length));
    assertWiped(old.input().array());
    assertClosed(old.session().umk());
  }

  @Test
  void byAMessageThatIsTooLong() throws ReflectiveOperationException {
    Collecting old = collecting();
    Refused.with(IllegalStateException.class, () -> cipher.engineUpdate(new byte[65536], 0, 65536));
    assertWiped(old.input().array());
    assertClosed(old.session().umk());
  }

  @Test
  void byMovingToALargerArray() throws ReflectiveOperationException {
    byte[] before = collecting().input().array();
    cipher.engineUpdate(new byte[5000], 0, 5000);
    assertNotSame(before, collecting().input().array());
    assertWiped(before);
  }

  @Test
  void byTakingBackWhatAShortOutputRefused() {
    InputBuffer buffer = new InputBuffer(100);
    buffer.append(HELLO, 0, 40);
    buffer.truncate(10);
    assertEquals(10, buffer.size());
    assertWiped(Arrays.copyOfRange(buffer.array(), 10, buffer.array().length));
    Refused.with(IllegalStateException.class, () -> buffer.append(new byte[91], 0, 91));
  }
}
