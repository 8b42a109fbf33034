package dev.e2ee.custody.pkcs11.internal.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.custody.pkcs11.internal.session.ModuleFile;
import dev.e2ee.spi.probe.FoundStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownModulesTest {
  @TempDir Path directory;

  private static Optional<String> description(List<FoundStore> all, Path module) {
    return all.stream()
        .filter(found -> found.uri().query("module-path").equals(Optional.of(module.toString())))
        .map(FoundStore::description)
        .findFirst();
  }

  @Test
  void whatIsInstalledIsFoundOnceByItsRealPath() throws Exception {
    Set<Path> softhsm = ModuleFile.installed("libsofthsm2.so");
    assumeTrue(softhsm.size() == 1, "SoftHSM is not installed");
    List<FoundStore> all = KnownModules.all(List.of());
    Path module = softhsm.iterator().next();
    assertEquals(Optional.of("SoftHSM 2"), description(all, module));
    assertEquals(all.size(), all.stream().map(FoundStore::uri).distinct().count());
    for (FoundStore found : all) {
      Path path = Path.of(found.uri().query("module-path").orElseThrow());
      assertEquals(path.toRealPath(), path);
      assertEquals(module.equals(path), ModuleFile.of(found.uri()).equals(module));
    }
  }

  @Test
  void nssIsToldWhereItsDatabaseIs() {
    Set<Path> nss = ModuleFile.installed("libsoftokn3.so");
    assumeTrue(!nss.isEmpty(), "NSS is not installed");
    FoundStore found =
        KnownModules.all(List.of()).stream()
            .filter(each -> each.description().startsWith("NSS"))
            .findFirst()
            .orElseThrow();
    String initArgs = found.uri().query("init-args").orElseThrow();
    assertTrue(initArgs.matches("configdir='sql:/.*/nssdb' .*"), initArgs);
    assertTrue(found.description().contains("certutil -N -d sql:/"), found::description);
  }

  @Test
  void whatP11KitWasToldIsFoundToo() throws Exception {
    Path module = Files.writeString(directory.resolve("vendor.so"), "").toRealPath();
    Files.writeString(
        directory.resolve("vendor.module"), "# ours\nmodule: " + module + "\ncritical: no\n");
    Files.writeString(directory.resolve("gone.module"), "module: /nowhere/at/all.so\n");
    Files.writeString(directory.resolve("empty.module"), "critical: no\n");
    Files.writeString(directory.resolve("other.txt"), "module: /bin/ls\n");
    List<FoundStore> all = KnownModules.all(List.of(directory, directory.resolve("no-directory")));
    assertTrue(description(all, module).orElse("").endsWith("vendor.module"), all::toString);
    assertEquals(KnownModules.all(List.of()).size() + 1, all.size());
  }
}
