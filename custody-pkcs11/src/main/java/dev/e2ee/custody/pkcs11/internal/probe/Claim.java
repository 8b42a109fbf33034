package dev.e2ee.custody.pkcs11.internal.probe;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.spi.probe.Section;
import java.util.Set;

/** The mechanisms that a token may claim and that matter here. */
enum Claim {
  CKM_AES_KEY_GEN(Mechanism.Plain.AES_KEY_GEN.code(), "makes AES keys"),
  CKM_AES_GCM(Mechanism.Gcm.CODE, "AES-GCM"),
  CKM_GENERIC_SECRET_KEY_GEN(Mechanism.Plain.GENERIC_SECRET_KEY_GEN.code(), "makes HMAC keys"),
  CKM_SHA256_HMAC(Mechanism.Plain.SHA256_HMAC.code(), "HMAC-SHA-256"),
  CKM_EC_KEY_PAIR_GEN(Mechanism.Plain.EC_KEY_PAIR_GEN.code(), "makes EC keys"),
  CKM_ECDH1_DERIVE(Mechanism.Ecdh.CODE, "ECDH"),
  CKM_ECDSA(Mechanism.Plain.ECDSA.code(), "ECDSA"),
  CKM_RSA_PKCS_KEY_PAIR_GEN(0x0, "makes RSA keys"),
  CKM_RSA_PKCS_OAEP(0x9, "RSA-OAEP"),
  CKM_AES_KEY_WRAP(Mechanism.Plain.AES_KEY_WRAP.code(), "AES-KW"),
  CKM_AES_KEY_WRAP_KWP(0x210b, "AES-KWP");

  private final long code;
  private final String meaning;

  Claim(long code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** Which of them a token claims; that proves nothing. */
  static Section of(Set<Long> claimed) {
    Section section = Section.titled("mechanisms claimed");
    for (Claim claim : values()) {
      section =
          section.with(
              claim.name(), (claimed.contains(claim.code) ? "yes, " : "no, ") + claim.meaning);
    }
    return section.with("all", claimed.size());
  }
}
