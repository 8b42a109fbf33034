package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A module that says CKR_GENERAL_ERROR to everything and goes on doing so until it is initialised
 * anew: a real SoftHSM that is made to fail as tpm2-pkcs11 does, whose TPM began anew.
 */
class DoubtTest {
  private static final byte[] AAD = {1};
  private static final int ALWAYS = Integer.MAX_VALUE;

  private final SecretBytes dek = SecretBytes.adopt(new byte[32]);
  private RealToken.Made token;
  private FaultyModule module;
  private Pkcs11Custody custody;
  private DekWrap umk;

  @BeforeEach
  void open() throws Exception {
    token = RealToken.SOFTHSM.make();
    custody = openAnother();
    umk = custody.generate("records", KeyKind.UMK).operation(DekWrap.class).orElseThrow();
  }

  private Pkcs11Custody openAnother() {
    Pkcs11Custody opened =
        Opened.faulty(token.uri(), Opened.giving(RealToken.PIN), made -> module = made);
    opened.unlock();
    return opened;
  }

  @AfterEach
  void close() {
    custody.close();
    dek.close();
  }

  private void fails() {
    CustodyException e = assertThrows(CustodyException.class, () -> umk.wrap(dek, AAD));
    assertEquals(Kind.TRANSIENT, e.kind(), e.getMessage());
  }

  /** Its right PIN is wrong to it until then, too, and must not be tried. */
  @Test
  void itIsInitialisedAnewBeforeItGetsThePin() throws Exception {
    module.fail("C_Encrypt", Ckr.GENERAL_ERROR, ALWAYS);
    module.fail("C_Login", Ckr.PIN_INCORRECT, ALWAYS);
    module.before("C_Initialize", module::heal);
    fails();
    for (int tries = 0; tries < 20 && module.calls("C_Initialize") < 2; tries++) {
      try {
        umk.wrap(dek, AAD);
      } catch (CustodyException e) {
        assertEquals(Kind.TRANSIENT, e.kind(), e.getMessage());
        Thread.sleep(100);
      }
    }
    umk.unwrap(umk.wrap(dek, AAD), AAD).close();
    assertEquals(2, module.calls("C_Login"));
  }

  @Test
  void notWhileAnotherCustodyWorksWithIt() {
    Pkcs11Custody other = openAnother();
    try {
      module.fail("C_Encrypt", Ckr.GENERAL_ERROR, ALWAYS);
      fails();
      fails();
      fails();
      module.heal();
      umk.unwrap(umk.wrap(dek, AAD), AAD).close();
      assertEquals(0, module.calls("C_Finalize"));
      assertEquals(1, other.list().size());
    } finally {
      other.close();
    }
  }
}
