package dev.e2ee.spi.internal.engine;

import dev.e2ee.spi.EngineUnavailableException;
import java.security.Provider;
import java.security.Security;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The engine that this JVM is configured to compute with, by name: {@code jdk}, {@code bcfips},
 * {@code fips}, {@code accp}, or a provider that is registered under that name. An engine that
 * cannot be had is an error; nothing else computes in its place.
 */
public final class Engines {
  /** The system property, or else the security property, that names the engine. */
  public static final String PROPERTY = "e2ee.engine";

  private static final String OURS = "E2EE";

  private Engines() {}

  /**
   * What the property names; without one, the JDK's own.
   *
   * @throws EngineUnavailableException when it names nothing that is known, or that does not load
   */
  public static Provider configured() {
    String name = System.getProperty(PROPERTY);
    if (name == null) {
      name = Security.getProperty(PROPERTY);
    }
    return name == null || name.isBlank() ? JdkProviders.sunJce() : named(name.strip());
  }

  /**
   * The provider of this name.
   *
   * @throws EngineUnavailableException when nothing is known by it, or it does not load here
   */
  public static Provider named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "jdk" -> JdkProviders.sunJce();
      case "bcfips" -> BcFips.provider();
      case "fips" -> BcFips.approvedOnlyProvider();
      case "accp" -> Accp.provider();
      default -> registered(name);
    };
  }

  /**
   * Not {@code InvalidParameterException}, as {@link Provider#configure} has it: where a provider
   * is loaded by a line of {@code java.security}, the JDK swallows all but a {@code
   * ProviderException}, and goes on without the provider.
   */
  private static Provider registered(String name) {
    Provider provider = Security.getProvider(name);
    if (provider == null) {
      throw new EngineUnavailableException(
          "there is no engine '"
              + name
              + "': take jdk, bcfips, fips, accp, or the name of a provider that is registered",
          null);
    }
    if (provider.getName().equals(OURS)) {
      throw new EngineUnavailableException(
          OURS + " does not compute with itself; name another engine", null);
    }
    return provider;
  }

  /**
   * The module behind a provider that allows this JVM approved services only; empty for any other.
   *
   * @throws EngineUnavailableException when the classes of the module that we see are not that
   *     provider's
   */
  public static Optional<ApprovedModule> approvedOnly(Provider provider) {
    return BcFips.isOf(provider) && BcFips.isApprovedOnly()
        ? Optional.of(BcFips.module(provider))
        : Optional.empty();
  }

  /** The provider's name and version, and what else is to be known of it. */
  public static String describe(Provider provider) {
    String details = BcFips.isOf(provider) ? BcFips.details() : null;
    return provider.getName() + " " + provider.getVersionStr() + inBrackets(details);
  }

  private static String inBrackets(@Nullable String details) {
    return details == null ? "" : " (" + details + ")";
  }
}
