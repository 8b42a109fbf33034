package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.e2ee.provider.E2eeProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleDescriptor.Requires;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the module shows to others is exactly this. */
class ModuleTest {
  private static ModuleDescriptor descriptor() throws IOException, URISyntaxException {
    URI classes = E2eeProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    try (InputStream in = classes.resolve("module-info.class").toURL().openStream()) {
      return ModuleDescriptor.read(in);
    }
  }

  @Test
  void exactExports() throws IOException, URISyntaxException {
    ModuleDescriptor module = descriptor();
    assertEquals("dev.e2ee.provider", module.name());
    assertEquals(
        Set.of(
            "dev.e2ee.device",
            "dev.e2ee.envelope",
            "dev.e2ee.interop.acontext",
            "dev.e2ee.interop.pia",
            "dev.e2ee.interop.starfish",
            "dev.e2ee.invite",
            "dev.e2ee.key",
            "dev.e2ee.keyring",
            "dev.e2ee.provider",
            "dev.e2ee.recovery",
            "dev.e2ee.rotation",
            "dev.e2ee.store",
            "dev.e2ee.token"),
        module.exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(Exports::source)
            .collect(Collectors.toSet()));
    assertEquals(
        Set.of("dev.e2ee.testvectors"),
        module.exports().stream()
            .flatMap(exports -> exports.targets().stream())
            .collect(Collectors.toSet()),
        "internals are seen by the conformance runner only");
    assertEquals(Set.of(), module.opens());
    assertFalse(module.isOpen());
  }

  @Test
  void exactNeeds() throws IOException, URISyntaxException {
    ModuleDescriptor module = descriptor();
    assertEquals(
        Set.of(
            "java.base",
            "com.fasterxml.jackson.core",
            "dev.e2ee.argon2",
            "dev.e2ee.spi",
            "java.sql",
            "org.jspecify"),
        module.requires().stream().map(Requires::name).collect(Collectors.toSet()));
    for (Requires need : module.requires()) {
      assertEquals(
          Set.of("org.jspecify", "java.sql").contains(need.name()),
          need.modifiers().contains(Requires.Modifier.STATIC),
          "only annotations, and a database that nobody rotates, may be absent at run time");
    }
    List<Provides> provided = List.copyOf(module.provides());
    assertEquals(1, provided.size());
    assertEquals("java.security.Provider", provided.get(0).service());
    assertEquals(List.of(E2eeProvider.class.getName()), provided.get(0).providers());
  }
}
