package dev.e2ee.testvectors.conformance;

import dev.e2ee.provider.E2eeProvider;
import java.lang.reflect.Field;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;

/**
 * Subjects by name: {@code e2ee}, {@code e2ee:ENGINE}, {@code jdk}, {@code bcfips}, {@code accp},
 * {@code conscrypt}, the name of a registered provider, or the name of a provider's class.
 */
public final class Subjects {
  private static final Map<String, String> CLASSES =
      Map.of(
          "bcfips", "org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider",
          "accp", "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider",
          "conscrypt", "org.conscrypt.OpenSSLProvider");

  private Subjects() {}

  /**
   * The subject of this name.
   *
   * @throws IllegalArgumentException when there is none, saying why
   */
  public static Subject named(String name) {
    if (name.equals("jdk")) {
      return new Subject(JdkProviders.all());
    }
    if (name.equals("e2ee")) {
      return new Subject(List.of(new E2eeProvider()));
    }
    if (name.startsWith("e2ee:")) {
      return new Subject(List.of(over(name.substring(5))));
    }
    Provider registered = Security.getProvider(name);
    return new Subject(
        List.of(registered == null ? ofClass(CLASSES.getOrDefault(name, name)) : registered));
  }

  /** E2EE over an engine that it knows by name, or over a provider's class. */
  private static E2eeProvider over(String engine) {
    return engine.contains(".")
        ? new E2eeProvider(ofClass(engine))
        : new E2eeProvider().configure(engine);
  }

  private static Provider ofClass(String name) {
    try {
      Class<?> type = Class.forName(name, true, ClassLoader.getSystemClassLoader());
      for (Field field : type.getFields()) {
        if (field.getName().equals("INSTANCE") && field.getType() == type) {
          return (Provider) field.get(null);
        }
      }
      return (Provider) type.getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "there is no provider '" + name + "' here, by name or by class", e);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          name + " needs a public constructor without arguments, or a field INSTANCE", e);
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(name + " is no java.security.Provider", e);
    } catch (ReflectiveOperationException | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException(name + " does not start: " + cause, e);
    }
  }
}
