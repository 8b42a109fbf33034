package dev.e2ee.custody.pkcs11.internal.cryptoki;

/** A mechanism with its parameters. */
public sealed interface Mechanism {
  /** The CKM number. */
  long code();

  /** Mechanisms without parameters. */
  enum Plain implements Mechanism {
    /** CKM_AES_KEY_GEN. */
    AES_KEY_GEN(0x1080),
    /** CKM_AES_KEY_WRAP: RFC 3394 with its own initial value. */
    AES_KEY_WRAP(0x2109),
    /** CKM_GENERIC_SECRET_KEY_GEN. */
    GENERIC_SECRET_KEY_GEN(0x350),
    /** CKM_EC_KEY_PAIR_GEN. */
    EC_KEY_PAIR_GEN(0x1040),
    /** CKM_SHA256_HMAC. */
    SHA256_HMAC(0x251),
    /** CKM_ECDSA of a hash; the signature is r || s. */
    ECDSA(0x1041),
    /** CKM_RSA_PKCS_KEY_PAIR_GEN. */
    RSA_KEY_PAIR_GEN(0x0),
    /** CKM_RSA_PKCS; to sign, of a DigestInfo. */
    RSA_PKCS(0x1),
    /** CKM_SHA256_RSA_PKCS. */
    SHA256_RSA_PKCS(0x40);

    private final long code;

    Plain(long code) {
      this.code = code;
    }

    @Override
    public long code() {
      return code;
    }
  }

  /**
   * CKM_AES_GCM with a tag of 16 bytes.
   *
   * @param iv 12 bytes
   * @param aad any bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Gcm(byte[] iv, byte[] aad) implements Mechanism {
    /** CKM_AES_GCM. */
    public static final long CODE = 0x1087;

    @Override
    public long code() {
      return CODE;
    }
  }

  /** CKM_RSA_PKCS_OAEP with SHA-256 for hash and MGF1, and an empty label. */
  record RsaOaep() implements Mechanism {
    /** CKM_RSA_PKCS_OAEP. */
    public static final long CODE = 0x9;

    /** CKM_SHA256. */
    public static final long HASH = 0x250;

    /** CKG_MGF1_SHA256. */
    public static final long MGF = 2;

    /** CKZ_DATA_SPECIFIED: the label, of which there is nothing. */
    public static final long SOURCE = 1;

    @Override
    public long code() {
      return CODE;
    }
  }

  /**
   * CKM_ECDH1_DERIVE without a KDF: the X coordinate of the shared point.
   *
   * @param point of the peer, 65 bytes, uncompressed
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Ecdh(byte[] point) implements Mechanism {
    /** CKM_ECDH1_DERIVE. */
    public static final long CODE = 0x1050;

    @Override
    public long code() {
      return CODE;
    }
  }
}
