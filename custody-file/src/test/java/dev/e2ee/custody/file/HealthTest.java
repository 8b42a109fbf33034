package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health is an answer, whatever fails. */
class HealthTest {
  @TempDir Path directory;

  /** The JDK's own engine, until it takes no key any more. */
  private static final class Fading extends Provider {
    private static final long serialVersionUID = 1L;

    private volatile boolean faded;

    private Fading() {
      super("Fading", "1", "the JDK's engine for a while");
      putService(new Passed("Mac", "HmacSHA256"));
      putService(new Passed("Cipher", "AES/GCM/NoPadding"));
    }

    private void fade() {
      faded = true;
    }

    private final class Passed extends Service {
      private Passed(String type, String algorithm) {
        super(Fading.this, type, algorithm, "of the JDK", null, null);
      }

      @Override
      public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
        if (getType().equals("Cipher")) {
          return new Gcm();
        }
        return Security.getProvider("SunJCE")
            .getService(getType(), getAlgorithm())
            .newInstance(parameter);
      }
    }

    private final class Gcm extends CipherSpi {
      private final Cipher real;

      private Gcm() throws NoSuchAlgorithmException {
        try {
          real = Cipher.getInstance("AES/GCM/NoPadding", Security.getProvider("SunJCE"));
        } catch (NoSuchPaddingException e) {
          throw new NoSuchAlgorithmException(e);
        }
      }

      @Override
      protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom random)
          throws InvalidKeyException, InvalidAlgorithmParameterException {
        if (faded) {
          throw new InvalidKeyException("no key any more");
        }
        real.init(mode, new SecretKeySpec(key.getEncoded(), "AES"), spec);
      }

      @Override
      protected void engineInit(int mode, Key key, SecureRandom random) {
        throw new UnsupportedOperationException();
      }

      @Override
      protected void engineInit(
          int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
        throw new UnsupportedOperationException();
      }

      @Override
      protected void engineUpdateAAD(byte[] source, int offset, int length) {
        real.updateAAD(source, offset, length);
      }

      @Override
      protected byte[] engineUpdate(byte[] in, int offset, int length) {
        return real.update(in, offset, length);
      }

      @Override
      protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset)
          throws ShortBufferException {
        return real.update(in, offset, length, out, outOffset);
      }

      @Override
      protected byte[] engineDoFinal(byte[] in, int offset, int length)
          throws IllegalBlockSizeException, BadPaddingException {
        return real.doFinal(in, offset, length);
      }

      @Override
      protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int outOffset)
          throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
        return real.doFinal(in, offset, length, out, outOffset);
      }

      @Override
      protected void engineSetMode(String mode) {}

      @Override
      protected void engineSetPadding(String padding) {}

      @Override
      protected int engineGetBlockSize() {
        return real.getBlockSize();
      }

      @Override
      protected int engineGetOutputSize(int length) {
        return real.getOutputSize(length);
      }

      @Override
      protected byte[] engineGetIV() {
        return real.getIV();
      }

      @Override
      protected AlgorithmParameters engineGetParameters() {
        return real.getParameters();
      }
    }
  }

  @Test
  void anEngineThatFailsIsUnavailable() {
    Fading engine = new Fading();
    CustodyOptions options = CustodyOptions.defaults().withEngine(engine);
    try (KeyFile file = KeyFile.create(directory.resolve("keys"), NewSlot.raw(), options)) {
      file.generate("main", KeyKind.UMK);
      assertEquals(Status.READY, file.health().status());
      engine.fade();
      assertEquals(Status.UNAVAILABLE, file.health().status());
    }
  }
}
