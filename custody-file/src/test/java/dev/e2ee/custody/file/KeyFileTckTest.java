package dev.e2ee.custody.file;

import dev.e2ee.custody.tck.CustodyContract;

/** The TCK over the key file. */
class KeyFileTckTest extends CustodyContract {
  KeyFileTckTest() {
    super(new KeyFileFixture());
  }
}
