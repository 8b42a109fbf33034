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

  private final List<CustodyProvider> providers;
  private final List<String> broken;

  private Custodies(List<CustodyProvider> providers, List<String> broken) {
    this.providers = List.copyOf(providers);
    this.broken = List.copyOf(broken);
  }

  /** All back ends that the class path and module path offer to the thread's context loader. */
  public static Custodies installed() {
    return load(Optional.empty());
  }

  /**
   * The back ends whose class is named: an allow-list against a malicious plug-in on the class
   * path. The others are not instantiated.
   */
  public static Custodies installed(Set<String> allowedClassNames) {
    return load(Optional.of(allowedClassNames));
  }

  private static Custodies load(Optional<Set<String>> allowed) {
    List<CustodyProvider> found = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    var candidates = ServiceLoader.load(CustodyProvider.class).stream().iterator();
    while (broken.size() < MAX_BROKEN) {
      try {
        if (!candidates.hasNext()) {
          break;
        }
        var candidate = candidates.next();
        String type = candidate.type().getName();
        if (allowed.isEmpty() || allowed.get().contains(type)) {
          found.add(candidate.get());
        } else {
          broken.add(type + ": not on the allow-list");
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        broken.add(String.valueOf(e.getMessage()));
      }
    }
    return new Custodies(found, broken);
  }

  /** The back ends found, in the loader's order. */
  public List<CustodyProvider> providers() {
    return providers;
  }

  /** What could not be loaded or was not allowed, a line each. */
  public List<String> broken() {
    return broken;
  }

  /**
   * Opens the store that the URI names.
   *
   * @throws CustodyException UNSUPPORTED when no back end has the scheme, AMBIGUOUS when several
   *     do; else what the back end says
   */
  public KeyCustody open(CustodyUri uri, CustodyOptions options) {
    List<CustodyProvider> fitting =
        providers.stream().filter(p -> p.scheme().equals(uri.scheme())).toList();
    if (fitting.isEmpty()) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "no custody back end for the scheme '"
              + uri.scheme()
              + "' is installed; add its jar to the class path or module path"
              + (broken.isEmpty() ? "" : " (could not be loaded: " + broken + ")"));
    }
    if (fitting.size() > 1) {
      throw new CustodyException(
          Kind.AMBIGUOUS,
          "several custody back ends claim the scheme '"
              + uri.scheme()
              + "': "
              + fitting.stream().map(p -> p.getClass().getName()).toList()
              + "; remove all but one, or name the allowed class");
    }
    return fitting.get(0).open(uri, options);
  }
}
