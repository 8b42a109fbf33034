package dev.e2ee.custody.pkcs11;

import org.junit.jupiter.api.Tag;

/** A token's server dies, or stops answering, under a custody that uses ipkcs11wrapper. */
@Tag("once")
class LostServerTest extends LostServer {
  @Override
  Binding binding() {
    return Binding.DEFAULT;
  }
}
