package dev.e2ee.testing;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import javax.crypto.ShortBufferException;

/** The JDK's AES-GCM and HMAC behind a diary of what was asked of them; can break on demand. */
public final class RecordingEngine extends Provider {
  private static final long serialVersionUID = 1L;

  private final transient List<String> diary = Collections.synchronizedList(new ArrayList<>());
  private transient boolean macBroken;
  private transient volatile Runnable beforeGcm = () -> {};
  private transient volatile Runnable beforeMac = () -> {};
  private final transient List<byte[]> macs = Collections.synchronizedList(new ArrayList<>());
  private final transient List<byte[]> plain = Collections.synchronizedList(new ArrayList<>());

  public RecordingEngine() {
    super("Recording", "1", "for tests");
    putService(new Row("Cipher", "AES/GCM/NoPadding"));
    putService(new Row("Mac", "HmacSHA256"));
    putService(new Row("Mac", "HmacSHA512"));
  }

  /**
   * Entries such as {@code decrypt 60}, the operation and its input's length; {@code mac} and
   * {@code mac512} for HMAC.
   */
  public List<String> diary() {
    return diary;
  }

  /** From now on every AES-GCM message does this first; what it throws is this engine's bug. */
  public void beforeGcm(Runnable hook) {
    beforeGcm = hook;
  }

  /** From now on every HMAC does this before it gives its result. */
  public void beforeMac(Runnable hook) {
    beforeMac = hook;
  }

  /** The very arrays in which the results of HMAC were given. */
  public List<byte[]> macs() {
    return macs;
  }

  /** The very arrays that AES-GCM was given to encrypt, and those that it has decrypted into. */
  public List<byte[]> plain() {
    return plain;
  }

  /** From now on every HMAC fails as an engine's bug does. */
  public void breakMac() {
    macBroken = true;
  }

  private static Provider jdk() {
    return java.security.Security.getProvider("SunJCE");
  }

  private final class Row extends Service {
    Row(String type, String algorithm) {
      super(RecordingEngine.this, type, algorithm, "recording", List.of(), Map.of());
    }

    @Override
    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
      try {
        return getType().equals("Mac") ? new Hmac(getAlgorithm()) : new Gcm();
      } catch (GeneralSecurityException e) {
        throw new NoSuchAlgorithmException(e);
      }
    }
  }

  private final class Hmac extends MacSpi {
    private final Mac real;

    Hmac(String algorithm) throws NoSuchAlgorithmException {
      real = Mac.getInstance(algorithm, jdk());
    }

    @Override
    protected int engineGetMacLength() {
      return real.getMacLength();
    }

    @Override
    protected void engineInit(Key key, AlgorithmParameterSpec spec)
        throws java.security.InvalidKeyException {
      if (macBroken) {
        throw new ProviderException("this engine is broken");
      }
      real.init(key);
    }

    @Override
    protected void engineUpdate(byte input) {
      real.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      real.update(input, offset, length);
    }

    @Override
    protected byte[] engineDoFinal() {
      beforeMac.run();
      diary.add(real.getMacLength() == 32 ? "mac" : "mac512");
      byte[] mac = real.doFinal();
      macs.add(mac);
      return mac;
    }

    @Override
    protected void engineReset() {
      real.reset();
    }
  }

  private final class Gcm extends CipherSpi {
    private final Cipher real = Cipher.getInstance("AES/GCM/NoPadding", jdk());
    private String verb = "";

    Gcm() throws GeneralSecurityException {}

    @Override
    protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom random)
        throws java.security.InvalidKeyException, java.security.InvalidAlgorithmParameterException {
      verb = mode == Cipher.ENCRYPT_MODE ? "encrypt " : "decrypt ";
      real.init(mode, key, spec);
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
    protected void engineUpdateAAD(byte[] source, int offset, int length) {
      real.updateAAD(source, offset, length);
    }

    @Override
    protected byte[] engineDoFinal(byte[] in, int offset, int length)
        throws IllegalBlockSizeException, BadPaddingException {
      beforeGcm.run();
      diary.add(verb + length);
      byte[] result = real.doFinal(in, offset, length);
      plain.add(verb.startsWith("e") ? in : result);
      return result;
    }

    @Override
    protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int outOffset)
        throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
      beforeGcm.run();
      diary.add(verb + length);
      plain.add(verb.startsWith("e") ? in : out);
      return real.doFinal(in, offset, length, out, outOffset);
    }

    @Override
    protected byte[] engineUpdate(byte[] in, int offset, int length) {
      throw new UnsupportedOperationException("the core works in one piece");
    }

    @Override
    protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
      throw new UnsupportedOperationException("the core works in one piece");
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
      return real.getOutputSize(length);
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
