package dev.e2ee.custody.pkcs11.internal.cryptoki;

/** The attributes of objects that are used here: CKA_ names and numbers of PKCS#11 2.40. */
public enum Attribute {
  /** CKA_CLASS, a number. */
  CLASS(0x0),
  /** CKA_TOKEN, whether it outlives the session. */
  TOKEN(0x1),
  /** CKA_PRIVATE, whether it needs a login. */
  PRIVATE(0x2),
  /** CKA_LABEL, a text. */
  LABEL(0x3),
  /** CKA_VALUE, bytes. */
  VALUE(0x11),
  /** CKA_KEY_TYPE, a number. */
  KEY_TYPE(0x100),
  /** CKA_ID, bytes. */
  ID(0x102),
  /** CKA_SENSITIVE, whether it is never shown in plain. */
  SENSITIVE(0x103),
  /** CKA_ENCRYPT. */
  ENCRYPT(0x104),
  /** CKA_DECRYPT. */
  DECRYPT(0x105),
  /** CKA_WRAP. */
  WRAP(0x106),
  /** CKA_UNWRAP. */
  UNWRAP(0x107),
  /** CKA_SIGN. */
  SIGN(0x108),
  /** CKA_VERIFY. */
  VERIFY(0x10a),
  /** CKA_DERIVE. */
  DERIVE(0x10c),
  /** CKA_MODULUS, bytes. */
  MODULUS(0x120),
  /** CKA_MODULUS_BITS, a number. */
  MODULUS_BITS(0x121),
  /** CKA_PUBLIC_EXPONENT, bytes. */
  PUBLIC_EXPONENT(0x122),
  /** CKA_VALUE_LEN, bytes of a secret key. */
  VALUE_LEN(0x161),
  /** CKA_EXTRACTABLE, whether it can be wrapped out. */
  EXTRACTABLE(0x162),
  /** CKA_LOCAL, whether it was made in the token. */
  LOCAL(0x163),
  /** CKA_NEVER_EXTRACTABLE. */
  NEVER_EXTRACTABLE(0x164),
  /** CKA_ALWAYS_SENSITIVE. */
  ALWAYS_SENSITIVE(0x165),
  /** CKA_EC_PARAMS, DER of the curve. */
  EC_PARAMS(0x180),
  /** CKA_EC_POINT, DER OCTET STRING of the point; some tokens give the bare point. */
  EC_POINT(0x181);

  private final long code;

  Attribute(long code) {
    this.code = code;
  }

  /** The CKA number. */
  public long code() {
    return code;
  }
}
