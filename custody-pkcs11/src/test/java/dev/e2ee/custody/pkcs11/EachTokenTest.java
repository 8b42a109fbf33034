package dev.e2ee.custody.pkcs11;

import org.junit.jupiter.api.Tag;

/** What each token does, through ipkcs11wrapper. */
@Tag("once")
class EachTokenTest extends EachToken {
  @Override
  Binding binding() {
    return Binding.DEFAULT;
  }
}
