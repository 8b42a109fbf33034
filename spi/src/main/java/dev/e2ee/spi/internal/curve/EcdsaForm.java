package dev.e2ee.spi.internal.curve;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.SignatureException;

/**
 * The two forms of an ECDSA signature on P-256: DER of RFC 3279, section 2.2.3, and r || s of IEEE
 * P1363, 64 bytes. Each pair of numbers has one of each.
 */
public final class EcdsaForm {
  private static final int NUMBER = 32;

  private EcdsaForm() {}

  /** Whether r or s is one: 1 to the group's order less 1. */
  static boolean inRange(BigInteger number) {
    return number.signum() > 0 && number.compareTo(P256Point.ORDER) < 0;
  }

  /**
   * From DER.
   *
   * @throws SignatureException for anything but the one DER form of two numbers in range
   */
  public static byte[] toP1363(byte[] der) throws SignatureException {
    try {
      DerReader all = new DerReader(der);
      DerReader numbers = all.enter(DerReader.SEQUENCE);
      all.end();
      byte[] r = number(numbers.take(DerReader.INTEGER));
      byte[] s = number(numbers.take(DerReader.INTEGER));
      numbers.end();
      byte[] out = new byte[2 * NUMBER];
      System.arraycopy(r, 0, out, 0, NUMBER);
      System.arraycopy(s, 0, out, NUMBER, NUMBER);
      return out;
    } catch (DerReader.NotDerException e) {
      throw new SignatureException("the signature is not DER: " + e.getMessage(), e);
    }
  }

  private static byte[] number(byte[] content) throws SignatureException {
    boolean padded = content.length > 1 && content[0] == 0 && content[1] >= 0;
    if (content.length == 0 || padded) {
      throw new SignatureException("a number of the signature is not in its shortest form");
    }
    BigInteger value = new BigInteger(content);
    if (!inRange(value)) {
      throw new SignatureException("a number of the signature is out of range");
    }
    return CurveKeyPair.fixed(value);
  }

  /** From 64 bytes of P1363. */
  public static byte[] toDer(byte[] p1363) {
    ByteArrayOutputStream numbers = new ByteArrayOutputStream();
    for (int i = 0; i < 2; i++) {
      byte[] number = new BigInteger(1, p1363, i * NUMBER, NUMBER).toByteArray();
      numbers.write(DerReader.INTEGER);
      numbers.write(number.length);
      numbers.writeBytes(number);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(DerReader.SEQUENCE);
    out.write(numbers.size());
    out.writeBytes(numbers.toByteArray());
    return out.toByteArray();
  }
}
