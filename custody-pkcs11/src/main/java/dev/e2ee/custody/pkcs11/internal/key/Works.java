package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.spi.internal.crypto.Engine;

/** One way of working for each use of a key. */
public final class Works {
  private final GcmWork gcm;
  private final HmacWork hmac;
  private final OaepWork oaep3072;
  private final OaepWork oaep2048;
  private final KwWork kw;
  private final EcWork ecdh;
  private final EcWork ecdsa;

  /** With this engine for what this JVM computes. */
  public Works(Engine engine) {
    this.gcm = new GcmWork(engine);
    this.hmac = new HmacWork(engine);
    this.oaep3072 = new OaepWork(engine, 3072);
    this.oaep2048 = new OaepWork(engine, 2048);
    this.kw = new KwWork(engine);
    this.ecdh = new EcWork(engine, false);
    this.ecdsa = new EcWork(engine, true);
  }

  KeyWork of(KeyUse use) {
    return switch (use) {
      case GCM -> gcm;
      case HMAC -> hmac;
      case OAEP_3072 -> oaep3072;
      case OAEP_2048 -> oaep2048;
      case KW -> kw;
      case ECDH -> ecdh;
      case ECDSA -> ecdsa;
    };
  }

  /** How a UMK of this use wraps. */
  public UmkWork umk(KeyUse use) {
    return switch (use) {
      case GCM -> gcm;
      case HMAC -> hmac;
      case OAEP_3072 -> oaep3072;
      case OAEP_2048 -> oaep2048;
      case KW -> kw;
      case ECDH, ECDSA -> throw new IllegalArgumentException(use + " is no use of a UMK");
    };
  }

  /** How a device key of this use works. */
  public EcWork device(KeyUse use) {
    return switch (use) {
      case ECDH -> ecdh;
      case ECDSA -> ecdsa;
      case GCM, HMAC, OAEP_3072, OAEP_2048, KW ->
          throw new IllegalArgumentException(use + " is no use of a device key");
    };
  }
}
