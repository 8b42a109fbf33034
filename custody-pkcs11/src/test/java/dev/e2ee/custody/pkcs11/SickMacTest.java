package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import org.junit.jupiter.api.Test;

/** A real NSS whose MACs come out wrong: what it unwraps then looks as if it were tampered with. */
class SickMacTest {
  private static final byte[] AAD = {1};

  private static void refused(Kind kind, DekWrap umk, byte[] wrapped, byte[] aad) {
    assertEquals(
        kind, assertThrows(CustodyException.class, () -> umk.unwrap(wrapped, aad).close()).kind());
  }

  @Test
  void aWrongMacIsNoTampering() throws Exception {
    // [token-10]
    RealToken.Made nss = RealToken.NSS.make();
    FaultyModule[] module = new FaultyModule[1];
    try (Pkcs11Custody custody =
            Opened.faulty(nss.uri(), Opened.giving(RealToken.PIN), made -> module[0] = made);
        SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      custody.unlock();
      module[0].fail("C_Encrypt", Ckr.MECHANISM_INVALID, Integer.MAX_VALUE); // no AES-GCM
      DekWrap umk = custody.generate("records", KeyKind.UMK).operation(DekWrap.class).orElseThrow();
      module[0].heal();
      assertEquals(2, umk.wrapAlg());
      byte[] wrapped = umk.wrap(dek, AAD);
      module[0].spoilSignatures(1);
      umk.unwrap(wrapped, AAD).close();
      module[0].spoilSignatures(Integer.MAX_VALUE);
      refused(Kind.CORRUPT, umk, wrapped, AAD);
      module[0].spoilSignatures(0);
      module[0].fail("C_Sign", Ckr.ENCRYPTED_DATA_INVALID, 1);
      refused(Kind.TRANSIENT, umk, wrapped, AAD);
      refused(Kind.INTEGRITY, umk, wrapped, new byte[] {2});
    }
  }
}
