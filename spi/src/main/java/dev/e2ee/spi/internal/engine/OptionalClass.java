package dev.e2ee.spi.internal.engine;

import dev.e2ee.spi.EngineUnavailableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A class of an engine that this module does not depend on. */
final class OptionalClass {
  private OptionalClass() {}

  /**
   * Found where this module's classes are, or else on the class path.
   *
   * @param artifact what to add where it is missing
   * @throws EngineUnavailableException saying so
   */
  static Class<?> named(String name, String artifact) {
    return in(OptionalClass.class.getClassLoader(), name)
        .or(() -> in(ClassLoader.getSystemClassLoader(), name))
        .orElseThrow(
            () ->
                new EngineUnavailableException(
                    "the engine is not on the class path or module path of this JVM: add "
                        + artifact,
                    null));
  }

  private static Optional<Class<?>> in(@Nullable ClassLoader loader, String name) {
    try {
      return Optional.of(Class.forName(name, false, loader));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
