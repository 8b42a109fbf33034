package dev.e2ee.internal.primitive.derive;

import dev.e2ee.internal.core.ShownKey;
import dev.e2ee.internal.jca.Refusals;
import dev.e2ee.internal.primitive.cipher.SecretKeys;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * {@code KDF} {@code HKDF-SHA256}, {@code HKDF-SHA384} and {@code HKDF-SHA512}, RFC 5869: extract,
 * expand, and both, as {@link HKDFParameterSpec} says.
 */
public final class HkdfKdf extends BareKdf {
  private final HkdfCore core;
  private final int hashLength;

  private HkdfKdf(Engine engine, int bits) throws InvalidAlgorithmParameterException {
    this.core = new HkdfCore(engine, bits);
    this.hashLength = bits / Byte.SIZE;
  }

  /** For the service table. */
  public static HkdfKdf create(Engine engine, int bits) {
    try {
      return new HkdfKdf(engine, bits);
    } catch (InvalidAlgorithmParameterException e) {
      throw new AssertionError("it takes no parameters", e);
    }
  }

  @Override
  SecretBytes derive(AlgorithmParameterSpec spec) throws InvalidAlgorithmParameterException {
    try {
      return switch (spec) {
        case HKDFParameterSpec.Extract e -> extract(e.ikms(), e.salts());
        case HKDFParameterSpec.Expand e -> {
          try (SecretBytes prk = SecretKeys.bytesOf(e.prk())) {
            yield expand(prk, e.info(), e.length());
          }
        }
        case HKDFParameterSpec.ExtractThenExpand e -> {
          try (SecretBytes prk = extract(e.ikms(), e.salts())) {
            yield expand(prk, e.info(), e.length());
          }
        }
        default -> throw new InvalidAlgorithmParameterException("HKDF needs an HKDFParameterSpec");
      };
    } catch (InvalidKeyException e) {
      throw new InvalidAlgorithmParameterException(e.getMessage(), e);
    }
  }

  private SecretBytes extract(List<SecretKey> ikms, List<SecretKey> salts)
      throws InvalidKeyException {
    try (SecretBytes ikm = joined(ikms);
        SecretBytes salt = joined(salts)) {
      if (core.refuses(ikm)) {
        throw Refusals.key(HkdfCore.tooShort());
      }
      return core.extract(salt, ikm);
    }
  }

  /** The parts one after the other; the JDK makes keys without bytes for parts that are empty. */
  private static SecretBytes joined(List<SecretKey> parts) throws InvalidKeyException {
    byte[] all = {};
    for (SecretKey part : parts) {
      byte[] bytes = "RAW".equals(part.getFormat()) ? ShownKey.encoded(part) : null;
      if (bytes == null) {
        Arrays.fill(all, (byte) 0);
        throw new InvalidKeyException("a part of the secret or the salt does not show its bytes");
      }
      byte[] longer = Arrays.copyOf(all, all.length + bytes.length);
      System.arraycopy(bytes, 0, longer, all.length, bytes.length);
      Arrays.fill(all, (byte) 0);
      Arrays.fill(bytes, (byte) 0);
      all = longer;
    }
    return SecretBytes.adopt(all);
  }

  private SecretBytes expand(SecretBytes prk, byte[] info, int length)
      throws InvalidAlgorithmParameterException {
    if (prk.length() < hashLength) {
      throw new InvalidAlgorithmParameterException(
          "the pseudorandom key has fewer than " + hashLength + " bytes");
    }
    if (length > core.longest()) {
      throw new InvalidAlgorithmParameterException(
          "HKDF gives at most " + core.longest() + " bytes, not " + length);
    }
    return core.expand(prk, info == null ? new byte[0] : info, length);
  }
}
