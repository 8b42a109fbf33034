package dev.e2ee.testvectors;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds vectors that are not ours: Project Wycheproof's, and those of the systems that we
 * interoperate with.
 *
 * <p>Looked for in this order: a system property, an environment variable, the git submodule {@code
 * testvectors/wycheproof}, and a folder {@code shared} beside the project. A property or variable
 * that is set and wrong is an error; nothing else is tried then.
 */
public final class SharedFiles {
  private static final String INTEROP = "interop";
  private static final String WYCHEPROOF = "testvectors_v1";

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
   * Looks from the working directory's project.
   *
   * @throws IllegalStateException outside a clone of this project
   */
  public static SharedFiles ofThisProject() {
    return new SharedFiles(System::getProperty, System::getenv, projectRoot());
  }

  /**
   * The folder of the clone that the working directory is in.
   *
   * @throws IllegalStateException when it is in none
   */
  public static Path projectRoot() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("testvectors/spec"))) {
        return folder;
      }
    }
    throw new IllegalStateException(start + " is not inside a clone of the project; go there");
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
        "e2ee.wycheproof",
        "E2EE_WYCHEPROOF",
        defaults,
        Path.of(WYCHEPROOF, name),
        "run 'git submodule update --init testvectors/wycheproof'");
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
