package dev.e2ee.testvectors.conformance;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The JDK's own providers of what is tried. */
final class JdkProviders {
  private JdkProviders() {}

  static List<Provider> all() {
    return Stream.of("SunJCE", "SunEC", "SUN")
        .map(Security::getProvider)
        .filter(Objects::nonNull)
        .toList();
  }
}
