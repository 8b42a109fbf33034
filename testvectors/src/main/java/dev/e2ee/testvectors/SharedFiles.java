package dev.e2ee.testvectors;

import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds vectors that are not ours: Project Wycheproof's, and those of the systems that we
 * interoperate with.
 *
 * <p>Looked for in this order: a system property, an environment variable, a clone or submodule
 * {@code testvectors/wycheproof}, and a folder {@code shared} beside the project. A property or
 * variable that is set and wrong is an error; nothing else is tried then.
 */
public final class SharedFiles {
  private static final String INTEROP = "interop";
  private static final String WYCHEPROOF = "testvectors_v1";
  private static final String WYCHEPROOF_PROPERTY = "e2ee.wycheproof";

  private final UnaryOperator<@Nullable String> properties;
  private final UnaryOperator<@Nullable String> environment;
  private final Path project;

  SharedFiles(
      UnaryOperator<@Nullable String> properties,
      UnaryOperator<@Nullable String> environment,
      Path project) {
    this.properties = properties;
    this.environment = environment;
    this.project = project;
  }

  /**
   * Looks from this project.
   *
   * @throws IllegalStateException when there is none
   */
  public static SharedFiles ofThisProject() {
    return new SharedFiles(System::getProperty, System::getenv, projectRoot());
  }

  /** Wycheproof of this folder and no other. */
  public static SharedFiles ofWycheproof(Path folder) {
    return new SharedFiles(
        name -> name.equals(WYCHEPROOF_PROPERTY) ? folder.toString() : null, name -> null, folder);
  }

  /**
   * The folder of the clone that the working directory is in, or else this class's own jar.
   *
   * @throws IllegalStateException when neither is in one
   */
  public static Path projectRoot() {
    Path start = Path.of("").toAbsolutePath();
    return rootAbove(start)
        .or(() -> rootAbove(ownPlace()))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    start + " is not inside a clone of the project; go there"));
  }

  private static Optional<Path> rootAbove(@Nullable Path start) {
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("testvectors/spec"))) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  private static @Nullable Path ownPlace() {
    CodeSource source = SharedFiles.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? null : Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | FileSystemNotFoundException e) {
      return null;
    }
  }

  /**
   * A file of Project Wycheproof.
   *
   * @param name such as {@code aes_gcm_test.json}
   * @throws IllegalStateException saying what to do when it is not there
   */
  public Path wycheproof(String name) {
    List<Path> defaults = new ArrayList<>();
    configured("e2ee.shared", "E2EE_SHARED").ifPresent(s -> defaults.add(s.resolve("wycheproof")));
    defaults.add(project.resolve("testvectors/wycheproof"));
    beside().ifPresent(shared -> defaults.add(shared.resolve("wycheproof")));
    return file(
        WYCHEPROOF_PROPERTY,
        "E2EE_WYCHEPROOF",
        defaults,
        Path.of(WYCHEPROOF, name),
        "clone Project Wycheproof (github.com/C2SP/wycheproof) into testvectors/wycheproof");
  }

  /**
   * A file of vectors of a system that we interoperate with.
   *
   * @param name such as {@code pia.json}
   * @throws IllegalStateException saying what to do when it is not there
   */
  public Path interop(String name) {
    return file(
        "e2ee.shared",
        "E2EE_SHARED",
        beside().stream().toList(),
        Path.of(INTEROP, name),
        "put the folder 'shared' beside the project");
  }

  private Optional<Path> beside() {
    return Optional.ofNullable(project.getParent()).map(parent -> parent.resolve("shared"));
  }

  private Optional<Path> configured(String property, String variable) {
    String path = properties.apply(property);
    return Optional.ofNullable(path == null ? environment.apply(variable) : path).map(Path::of);
  }

  private Path file(
      String property, String variable, List<Path> defaults, Path wanted, String otherwise) {
    Optional<Path> configured = configured(property, variable);
    List<Path> folders = configured.map(List::of).orElse(defaults);
    return folders.stream()
        .map(folder -> folder.resolve(wanted))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() -> missing(property, variable, folders, wanted, otherwise));
  }

  private static IllegalStateException missing(
      String property, String variable, List<Path> folders, Path wanted, String otherwise) {
    return new IllegalStateException(
        "no "
            + wanted
            + " in "
            + folders
            + "; set -D"
            + property
            + " or "
            + variable
            + " to the folder that has it, or "
            + otherwise);
  }
}
