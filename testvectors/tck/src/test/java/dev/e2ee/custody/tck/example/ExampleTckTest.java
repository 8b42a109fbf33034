package dev.e2ee.custody.tck.example;

import dev.e2ee.custody.tck.CustodyContract;
import org.junit.jupiter.api.Tag;

/** The example passes: this class is all that an author's tests need besides the fixture. */
@Tag("once")
class ExampleTckTest extends CustodyContract {
  ExampleTckTest() {
    super(new ExampleFixture());
  }
}
