package dev.e2ee.testvectors.conformance.report;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.MacSpi;

/**
 * A provider that deviates, and whose every text would be a program if a page took it for HTML. Of
 * messages over 32 bytes its tags are wrong, and no message at all makes it throw what JCA does not
 * promise.
 */
public final class BrokenProvider extends Provider {
  /** Ends whatever a page may be in the middle of, and leaves its mark if it is run. */
  static final String MARKUP =
      "</script></title>--><script>window.harmed = 1</script>"
          + "<img src=\"x\" onerror=\"window.harmed = 2\">\"'&lt; /* the report's data */";

  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public BrokenProvider() {
    super("Broken", "1.0", MARKUP);
    putService(
        new Service(this, "Mac", "HmacSHA256", BrokenMac.class.getName(), List.of(), Map.of()));
  }

  /** Its one service. */
  public static final class BrokenMac extends MacSpi {
    private final Mac right;
    private int length;

    /** Makes one. */
    public BrokenMac() throws GeneralSecurityException {
      right = Mac.getInstance("HmacSHA256", "SunJCE");
    }

    @Override
    protected int engineGetMacLength() {
      return right.getMacLength();
    }

    @Override
    protected void engineInit(Key key, AlgorithmParameterSpec parameters)
        throws InvalidKeyException {
      right.init(key);
      length = 0;
    }

    @Override
    protected void engineUpdate(byte input) {
      right.update(input);
      length++;
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int count) {
      right.update(input, offset, count);
      length += count;
    }

    @Override
    protected byte[] engineDoFinal() {
      if (length == 0) {
        throw new IllegalStateException(MARKUP);
      }
      byte[] tag = right.doFinal();
      if (length > 32) {
        tag[0] ^= 1;
      }
      return tag;
    }

    @Override
    protected void engineReset() {
      right.reset();
      length = 0;
    }
  }
}
