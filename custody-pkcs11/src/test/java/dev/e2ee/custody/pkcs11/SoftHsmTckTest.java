package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.tck.CustodyContract;
import org.junit.jupiter.api.Tag;

/** The TCK over SoftHSM: in this process, and behind a server that is killed and frozen. */
@Tag("once")
class SoftHsmTckTest extends CustodyContract {
  SoftHsmTckTest() {
    super(new SoftHsmFixture());
  }
}
