package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.jvm.OneUse;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Another process that makes the same name between this one's last look for it and C_GenerateKey:
 * after that SoftHSM would show neither of them to this process.
 */
@Tag("once")
class OtherProcessTest {
  private RealToken.Made token;

  @BeforeEach
  void token() throws Exception {
    token = RealToken.SOFTHSM.make();
  }

  private String otherProcess() {
    try {
      return Jvm.said(
          "-cp", Jvm.classPath(), OneUse.class.getName(), token.uri().canonical(), RealToken.PIN);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void itWaitsUntilThisOneHasMadeItsKey() {
    String[] other = new String[1];
    FaultyModule[] module = new FaultyModule[1];
    try (Pkcs11Custody custody =
        Opened.faulty(token.uri(), Opened.giving(RealToken.PIN), made -> module[0] = made)) {
      custody.unlock();
      custody.capabilities();
      module[0].before("C_GenerateKey", () -> other[0] = otherProcess());
      custody.generate("records", KeyKind.UMK);
      assertTrue(other[0].matches("(?s)(.*\\n)?TIMEOUT: .*"), other[0]); // JDK 25 warns first
    }
    try (KeyCustody after = Opened.unlocked(token.uri())) {
      assertEquals(1, after.list().size());
      after.find("records");
    }
  }
}
