package dev.e2ee.custody.pkcs11;

import org.junit.jupiter.api.Tag;

/** Many threads, and many operations, through ipkcs11wrapper. */
@Tag("once")
class StormTest extends Storm {
  @Override
  Binding binding() {
    return Binding.DEFAULT;
  }
}
