package dev.e2ee.testvectors.conformance.run;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;

/** A provider whose HmacSHA256 is a sum, and which ends the process where it is told to. */
public final class HaltingProvider extends Provider {
  private static final long serialVersionUID = 1L;

  /** The system property with the number of the computation that ends the process. */
  public static final String HALT = "broken.halt";

  /** For whoever finds it by name. */
  public HaltingProvider() {
    super("Broken", "1", "<b onclick=\"alert(1)\">broken</b>");
    put("Mac.HmacSHA256", Sum.class.getName());
  }

  /** No MAC at all. */
  public static final class Sum extends MacSpi {
    private static int made;

    private byte sum;

    @Override
    protected int engineGetMacLength() {
      return 32;
    }

    @Override
    protected void engineInit(Key key, @Nullable AlgorithmParameterSpec spec)
        throws InvalidKeyException {
      System.out.println("noise on standard output");
      engineReset();
    }

    @Override
    protected void engineUpdate(byte in) {
      sum += in;
    }

    @Override
    protected void engineUpdate(byte[] in, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        sum += in[i];
      }
    }

    @Override
    protected byte[] engineDoFinal() {
      if (++made == Integer.getInteger(HALT, 0)) {
        Runtime.getRuntime().halt(134);
      }
      byte[] out = new byte[32];
      java.util.Arrays.fill(out, sum);
      return out;
    }

    @Override
    protected void engineReset() {
      sum = 0;
    }
  }
}
