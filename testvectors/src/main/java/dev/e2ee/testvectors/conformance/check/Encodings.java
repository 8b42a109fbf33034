package dev.e2ee.testvectors.conformance.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.testvectors.conformance.Check.NotOfferedException;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;

/** The ways in which Wycheproof writes keys, as what JCA reads. */
final class Encodings {
  private static final byte[] EC_P256 =
      HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");
  private static final byte[] X25519 = HexFormat.of().parseHex("300506032b656e");
  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;

  private Encodings() {}

  /** A SubjectPublicKeyInfo around a point of P-256 as it stands, whatever its length. */
  static byte[] ecPublic(byte[] point) {
    return der(SEQUENCE, EC_P256, der(BIT_STRING, new byte[1], point));
  }

  /** A SubjectPublicKeyInfo around an X25519 key as it stands. */
  static byte[] xdhPublic(byte[] raw) {
    return der(SEQUENCE, X25519, der(BIT_STRING, new byte[1], raw));
  }

  /** A PKCS#8 PrivateKeyInfo around an X25519 key as it stands. */
  static byte[] xdhPrivate(byte[] raw) {
    return der(SEQUENCE, new byte[] {2, 1, 0}, X25519, der(OCTET_STRING, der(OCTET_STRING, raw)));
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    if (content.size() > 127) {
      all.write(0x81);
    }
    all.write(content.size());
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  /** What stands between the lines of a PEM text. */
  static byte[] pem(String text, String kind) throws NotOfferedException {
    String begin = "-----BEGIN " + kind + "-----";
    String end = "-----END " + kind + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new NotOfferedException("a PEM that the runner reads: no " + kind);
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new NotOfferedException("a PEM that the runner reads: " + e.getMessage());
    }
  }

  /** The bytes of a member of a JWK of this curve. */
  static byte[] jwk(JsonNode key, String type, String curve, String member)
      throws NotOfferedException {
    if (!key.path("kty").asText().equals(type) || !key.path("crv").asText().equals(curve)) {
      throw new NotOfferedException("a JWK that the runner reads: not a key for " + curve);
    }
    try {
      return Base64.getUrlDecoder().decode(key.required(member).textValue());
    } catch (IllegalArgumentException e) {
      throw new NotOfferedException("a JWK that the runner reads: " + e.getMessage());
    }
  }
}
