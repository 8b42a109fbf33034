package dev.e2ee.testing;

import dev.e2ee.envelope.RecordContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Envelopes of wrapAlg 129, taken apart by the book and none of our code. */
public final class Derived {
  /** A header of wrapAlg 129. */
  public static final int HEADER = 155;

  private static final byte[] AAD = "e2ee-data-key-v1".getBytes(StandardCharsets.US_ASCII);

  private Derived() {}

  /** Whether the DEK is derived, by the header's wrapAlg. */
  public static boolean is(byte[] envelope) {
    return (envelope[28] & 0xff) == 129;
  }

  /** W, in hex: envelopes that have the same one have the same data key. */
  public static String dataKeyOf(byte[] envelope) {
    return HexFormat.of().formatHex(envelope, 31, 91);
  }

  /** The DEK of such an envelope. */
  public static byte[] dek(byte[] umk, byte[] envelope, RecordContext context) {
    byte[] dataKey = ReferenceEnvelope.unbox(umk, Arrays.copyOfRange(envelope, 31, 91), AAD);
    byte[] ctx = ReferenceEnvelope.ctx(context);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(dataKey, "HmacSHA256"));
      mac.update("e2ee-record-key-v1\0".getBytes(StandardCharsets.US_ASCII));
      mac.update(envelope, 91, 32);
      mac.update(ReferenceEnvelope.u32(ctx.length));
      mac.update(ctx);
      mac.update((byte) 1);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The commitment that such an envelope must have. */
  public static byte[] commitment(byte[] dek, byte[] envelope, RecordContext context) {
    byte[] head = Arrays.copyOf(envelope, HEADER - 32);
    return ReferenceEnvelope.commitment(dek, head, ReferenceEnvelope.ctx(context));
  }
}
