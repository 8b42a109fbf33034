package dev.e2ee.spi.internal.crypto;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** The JDK's AES-GCM, which counts its ciphers and the keys that are not the one it expects. */
final class SpyEngine extends Provider {
  private static final long serialVersionUID = 1L;

  final transient AtomicInteger ciphers = new AtomicInteger();
  final transient AtomicInteger otherKeys = new AtomicInteger();
  private final byte[] expected;

  SpyEngine(byte[] expected) {
    super("Spy", "1", "for tests");
    this.expected = expected.clone();
    putService(new Row("Cipher", "AES/GCM/NoPadding"));
    putService(new Row("Mac", "HmacSHA256"));
  }

  private static Provider jdk() {
    return Security.getProvider("SunJCE");
  }

  private final class Row extends Service {
    Row(String type, String algorithm) {
      super(SpyEngine.this, type, algorithm, "spy", List.of(), Map.of());
    }

    @Override
    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
      if (getType().equals("Mac")) {
        return jdk().getService(getType(), getAlgorithm()).newInstance(parameter);
      }
      try {
        ciphers.incrementAndGet();
        return new Gcm();
      } catch (GeneralSecurityException e) {
        throw new NoSuchAlgorithmException(e);
      }
    }
  }

  private final class Gcm extends CipherSpi {
    private final Cipher real = Cipher.getInstance("AES/GCM/NoPadding", jdk());

    Gcm() throws GeneralSecurityException {}

    @Override
    protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom random)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      byte[] bytes = key.getEncoded();
      if (!Arrays.equals(expected, bytes)) {
        otherKeys.incrementAndGet();
      }
      real.init(mode, new SecretKeySpec(bytes, "AES"), spec);
    }

    @Override
    protected void engineUpdateAAD(byte[] source, int offset, int length) {
      real.updateAAD(source, offset, length);
    }

    @Override
    protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int outOffset)
        throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
      return real.doFinal(in, offset, length, out, outOffset);
    }

    @Override
    protected byte[] engineDoFinal(byte[] in, int offset, int length)
        throws IllegalBlockSizeException, BadPaddingException {
      return real.doFinal(in, offset, length);
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) {
      throw new UnsupportedOperationException("without a nonce");
    }

    @Override
    protected void engineInit(int mode, Key key, AlgorithmParameters p, SecureRandom random) {
      throw new UnsupportedOperationException("by parameters");
    }

    @Override
    protected byte[] engineUpdate(byte[] in, int offset, int length) {
      throw new UnsupportedOperationException("in pieces");
    }

    @Override
    protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
      throw new UnsupportedOperationException("in pieces");
    }

    @Override
    protected void engineSetMode(String mode) {}

    @Override
    protected void engineSetPadding(String padding) {}

    @Override
    protected int engineGetBlockSize() {
      return 16;
    }

    @Override
    protected int engineGetOutputSize(int length) {
      return length + 16;
    }

    @Override
    protected byte[] engineGetIV() {
      return real.getIV();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return null;
    }
  }
}
