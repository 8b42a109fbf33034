package dev.e2ee.internal.hpke;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** LabeledExtract and LabeledExpand of RFC 9180, section 4, with HKDF-SHA256. */
final class LabeledHkdf {
  private static final byte[] VERSION = "HPKE-v1".getBytes(US_ASCII);

  /** An empty salt: HMAC takes zeros for it, RFC 5869, section 2.2. */
  private static final SecretBytes NO_SALT = SecretBytes.adopt(new byte[32]);

  private final Engine engine;
  private final byte[] suite;

  LabeledHkdf(Engine engine, byte[] suite) {
    this.engine = engine;
    this.suite = suite;
  }

  /** LabeledExtract("", label, secret). */
  SecretBytes extract(String label, SecretBytes secret) {
    byte[] ikm = secret.copy();
    try {
      return SecretBytes.adopt(extractPublic(label, ikm));
    } finally {
      Arrays.fill(ikm, (byte) 0);
    }
  }

  /** LabeledExtract(salt, label, ikm). */
  SecretBytes extract(SecretBytes salt, String label, byte[] ikm) {
    return SecretBytes.adopt(Hkdf.extract(engine, salt, VERSION, suite, ascii(label), ikm));
  }

  /** LabeledExtract("", label, ikm) of what is no secret. */
  byte[] extractPublic(String label, byte[] ikm) {
    return Hkdf.extract(engine, NO_SALT, VERSION, suite, ascii(label), ikm);
  }

  /** LabeledExpand(prk, label, info, length) for up to 32 bytes. */
  SecretBytes expand(SecretBytes prk, String label, byte[] info, int length) {
    byte[] name = ascii(label);
    byte[] labeled =
        ByteBuffer.allocate(2 + VERSION.length + suite.length + name.length + info.length)
            .putShort((short) length)
            .put(VERSION)
            .put(suite)
            .put(name)
            .put(info)
            .array();
    return SecretBytes.adopt(Hkdf.expand(engine, prk, labeled, length));
  }

  private static byte[] ascii(String label) {
    return label.getBytes(US_ASCII);
  }
}
