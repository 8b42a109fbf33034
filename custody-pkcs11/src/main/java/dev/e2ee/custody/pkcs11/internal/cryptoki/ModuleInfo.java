package dev.e2ee.custody.pkcs11.internal.cryptoki;

/**
 * What a module says of itself, CK_INFO of section 3; texts without their padding.
 *
 * @param manufacturer of the module
 * @param description of the library
 * @param libraryVersion such as {@code 2.6}
 * @param cryptokiVersion of PKCS#11 that it speaks, such as {@code 2.40}
 */
public record ModuleInfo(
    String manufacturer, String description, String libraryVersion, String cryptokiVersion) {
  private static final String P11_KIT = "PKCS#11 Kit";

  /** Whether p11-kit passes the calls on, to a server or to all the modules that it knows. */
  public boolean isP11Kit() {
    return manufacturer.equals(P11_KIT);
  }
}
