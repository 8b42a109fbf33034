package dev.e2ee.custody.pkcs11;

/** A device's keys in a token, through the JDK. */
class DeviceKeysSunTest extends DeviceKeysTest {
  @Override
  Binding binding() {
    return Binding.SUN;
  }
}
