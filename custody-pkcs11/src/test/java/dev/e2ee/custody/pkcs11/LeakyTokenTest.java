package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A token that makes keys which could leave it, whatever it is asked for: what is read back. */
@Tag("once")
class LeakyTokenTest {
  private static RealToken token(KeyUse use) {
    return switch (use) {
      case OAEP_3072, OAEP_2048 -> RealToken.OPENCRYPTOKI; // SoftHSM has no OAEP with SHA-256
      default -> RealToken.SOFTHSM;
    };
  }

  @ParameterizedTest
  @EnumSource
  void aKeyThatCouldLeaveIsNeverUsedAndDoesNotStay(KeyUse use) throws Exception {
    RealToken.Made token = token(use).make();
    FaultyModule[] module = new FaultyModule[1];
    try (Pkcs11Custody custody =
        Opened.faulty(token.uri(), Opened.giving(RealToken.PIN), made -> module[0] = made)) {
      custody.unlock();
      module[0].leak(true);
      CustodyException e =
          assertThrows(CustodyException.class, () -> custody.generate("records", use));
      assertEquals(Kind.UNSUPPORTED, e.kind());
      assertTrue(String.valueOf(e.getMessage()).contains("could leave it"), e::getMessage);
      try (RawToken raw = new RawToken(token)) {
        assertEquals(0, raw.find(attribute(RawToken.TOKEN, true)).length);
      }
      module[0].leak(false);
      assertEquals(List.of(custody.generate("records", use).description()), custody.list());
      try (RawToken raw = new RawToken(token)) {
        for (long secret : raw.find(attribute(RawToken.PRIVATE, true))) {
          assertEquals(false, raw.read(secret, RawToken.EXTRACTABLE));
          assertEquals(true, raw.read(secret, RawToken.NEVER_EXTRACTABLE));
          assertEquals(true, raw.read(secret, RawToken.SENSITIVE));
          assertEquals(true, raw.read(secret, RawToken.ALWAYS_SENSITIVE));
        }
      }
    }
  }
}
