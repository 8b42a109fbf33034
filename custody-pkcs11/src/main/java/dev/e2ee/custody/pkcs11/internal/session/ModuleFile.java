package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file of the module that a URI names, RFC 7512, section 2.3: by {@code module-path}, or by
 * {@code module-name} in the directories of the system, which only its administrator can write to.
 * Nothing is ever looked for in the working directory.
 */
public final class ModuleFile {
  private static final List<String> DIRECTORIES =
      List.of(
          "/usr/lib/x86_64-linux-gnu/pkcs11",
          "/usr/lib/aarch64-linux-gnu/pkcs11",
          "/usr/lib64/pkcs11",
          "/usr/lib/pkcs11",
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib64",
          "/usr/lib",
          "/usr/lib/softhsm",
          "/usr/local/lib",
          "/usr/local/lib/pkcs11");

  private ModuleFile() {}

  /**
   * The real path of the module.
   *
   * @throws CustodyException UNSUPPORTED when the URI names none or two, MISSING, AMBIGUOUS
   */
  public static Path of(CustodyUri uri) {
    Optional<String> path = uri.query("module-path");
    Optional<String> name = uri.query("module-name");
    if (path.isPresent() == name.isPresent()) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the URI names "
              + (path.isPresent() ? "a module twice" : "no module")
              + "; it needs module-path=/path/of/the/module.so, or module-name=NAME: e2ee custody list"
              + " shows the modules of this machine");
    }
    try {
      return path.isPresent() ? byPath(Path.of(path.get())) : byName(name.orElseThrow());
    } catch (InvalidPathException e) {
      throw new CustodyException(Kind.MISSING, "the module's path is none of this system", e);
    }
  }

  private static Path byPath(Path module) {
    if (!module.isAbsolute()) {
      throw new CustodyException(
          Kind.UNSUPPORTED, "module-path must be absolute: which file is loaded is no accident");
    }
    if (!Files.isReadable(module)) {
      throw new CustodyException(
          Kind.MISSING,
          "there is no readable PKCS#11 module at "
              + module
              + "; correct the path, or install it: e2ee custody list shows what there is");
    }
    return real(module);
  }

  private static Path real(Path module) {
    try {
      return module.toRealPath();
    } catch (IOException e) {
      throw new CustodyException(Kind.MISSING, "the module " + module + " cannot be read", e);
    }
  }

  /** The real paths of the files of this name in the directories of the system. */
  public static Set<Path> installed(String file) {
    Set<Path> found = new LinkedHashSet<>();
    for (String directory : DIRECTORIES) {
      Path module = Path.of(directory, file);
      if (Files.isReadable(module)) {
        found.add(real(module));
      }
    }
    return found;
  }

  private static Path byName(String name) {
    if (!name.matches("[A-Za-z0-9._+-]+")) {
      throw new CustodyException(
          Kind.UNSUPPORTED, "module-name is a name; give a path as module-path");
    }
    Set<Path> found = new LinkedHashSet<>(installed(name + ".so"));
    found.addAll(installed("lib" + name + ".so"));
    if (found.size() != 1) {
      throw new CustodyException(
          found.isEmpty() ? Kind.MISSING : Kind.AMBIGUOUS,
          found.isEmpty()
              ? "no module named "
                  + name
                  + " is installed: e2ee custody list shows those that are; or give"
                  + " a path as module-path"
              : "several modules are named " + name + ": " + found + "; give one as module-path");
    }
    return found.iterator().next();
  }
}
