package dev.e2ee.custody.file;

import dev.e2ee.custody.tck.CustodyContract;
import org.junit.jupiter.api.Tag;

/** The TCK over the key file. */
@Tag("once")
class KeyFileTckTest extends CustodyContract {
  KeyFileTckTest() {
    super(new KeyFileFixture());
  }
}
