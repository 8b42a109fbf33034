package dev.e2ee.custody.tck.example;

import dev.e2ee.custody.tck.CustodyContract;

/** The example passes: this class is all that an author's tests need besides the fixture. */
class ExampleTckTest extends CustodyContract {
  ExampleTckTest() {
    super(new ExampleFixture());
  }
}
