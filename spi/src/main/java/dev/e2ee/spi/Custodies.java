package dev.e2ee.spi;

import dev.e2ee.spi.CustodyException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * The back ends that are installed, and the one that a URI asks for.
 *
 * <p>A plug-in that cannot be loaded is reported in {@link #broken} and stops nobody else. A URI is
 * opened by the back end of its scheme or not at all: there is no falling through to another.
 */
public final class Custodies {
  /** A class path that cannot be read fails anew at every step: give up then. */
  private static final int MAX_BROKEN = 100;

  /** What a plug-in said of itself when it was loaded. */
  private record Plugin(String scheme, CustodyProvider provider) {}

  private final List<Plugin> plugins;
  private final List<String> broken;

  private Custodies(List<Plugin> plugins, List<String> broken) {
    this.plugins = List.copyOf(plugins);
    this.broken = List.copyOf(broken);
  }

  /** All back ends that the class path and module path offer to the thread's context loader. */
  public static Custodies installed() {
    return load(Optional.empty());
  }

  /**
   * The back ends whose class is named. The others are not instantiated, unless a module's factory
   * method hides behind a listed type; then it ran, and is left out. A class name is no identity:
   * who can put jars on the class path can use any name.
   */
  public static Custodies installed(Set<String> allowedClassNames) {
    return load(Optional.of(allowedClassNames));
  }

  private static Custodies load(Optional<Set<String>> allowed) {
    List<Plugin> found = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    var candidates = ServiceLoader.load(CustodyProvider.class).stream().iterator();
    while (broken.size() < MAX_BROKEN) {
      try {
        if (!candidates.hasNext()) {
          break;
        }
        var candidate = candidates.next();
        check(allowed, candidate.type());
        CustodyProvider provider = candidate.get();
        // A module may name a factory method, whose declared type is not what it makes.
        check(allowed, provider.getClass());
        found.add(new Plugin(provider.scheme(), provider));
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        broken.add(String.valueOf(e.getMessage()));
      }
    }
    return new Custodies(found, broken);
  }

  private static void check(Optional<Set<String>> allowed, Class<?> type) {
    if (allowed.isPresent() && !allowed.get().contains(type.getName())) {
      throw new ServiceConfigurationError(type.getName() + ": not on the allow-list");
    }
  }

  /** The back ends found, in the loader's order. */
  public List<CustodyProvider> providers() {
    return plugins.stream().map(Plugin::provider).toList();
  }

  /** What could not be loaded or was not allowed, a line each. */
  public List<String> broken() {
    return broken;
  }

  /**
   * Opens the store that the URI names.
   *
   * @throws CustodyException as {@link #provider}; else what the back end says
   */
  public KeyCustody open(CustodyUri uri, CustodyOptions options) {
    return provider(uri).open(uri, options);
  }

  /**
   * The back end that has the URI's scheme.
   *
   * @throws CustodyException UNSUPPORTED when none has it, AMBIGUOUS when several have
   */
  public CustodyProvider provider(CustodyUri uri) {
    List<CustodyProvider> fitting =
        plugins.stream()
            .filter(p -> p.scheme().equals(uri.scheme()))
            .map(Plugin::provider)
            .toList();
    if (fitting.isEmpty()) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "no custody back end for the scheme '"
              + uri.scheme()
              + "' is installed; "
              + advice(uri.scheme())
              + (broken.isEmpty() ? "" : " (could not be loaded: " + broken + ")"));
    }
    if (fitting.size() > 1) {
      throw new CustodyException(
          Kind.AMBIGUOUS,
          "several custody back ends claim the scheme '"
              + uri.scheme()
              + "': "
              + fitting.stream().map(p -> p.getClass().getName()).toList()
              + "; remove all but one, or name the one that you trust:"
              + " Custodies.installed(Set.of(\"its.class.Name\"))");
    }
    return fitting.get(0);
  }

  private static String advice(String scheme) {
    return switch (scheme) {
      case "file" -> "add e2ee-custody-file and e2ee-argon2 to the class path or module path";
      case "pkcs11" ->
          "add e2ee-custody-pkcs11, and ipkcs11wrapper and jna, to the class path or module path; with"
              + " binding=sun it needs neither of those two";
      default -> "this version comes with none: add the jar of one, or keep the keys in file:";
    };
  }
}
