package dev.e2ee.spi.internal.engine;

import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The providers that come with the JDK, told from others that took their names. */
public final class JdkProviders {
  private JdkProviders() {}

  /** A provider of the JDK's base module, not one that took its name. */
  public static Optional<Provider> named(String name) {
    return Optional.ofNullable(Security.getProvider(name)).filter(JdkProviders::isOfTheBase);
  }

  /** Whether it is of the JDK's base module. */
  public static boolean isOfTheBase(Provider provider) {
    return provider.getClass().getModule() == Object.class.getModule();
  }

  /** Whether it comes with the JDK: on JDK 17 the curves are in a module of their own. */
  public static boolean comesWithTheJdk(@Nullable Provider candidate) {
    if (candidate == null) {
      return false;
    }
    Module module = candidate.getClass().getModule();
    ClassLoader loader = module.getClassLoader();
    return module.isNamed() && (loader == null || loader == ClassLoader.getPlatformClassLoader());
  }

  /**
   * The one that computes AES-GCM and HMAC.
   *
   * @throws ProviderException when this JVM's configuration has removed it
   */
  public static Provider sunJce() {
    return named("SunJCE")
        .orElseThrow(
            () ->
                new ProviderException(
                    "this JVM's security configuration has no SunJCE provider of the JDK's own;"
                        + " name the engine: new E2eeProvider(provider)"));
  }
}
