package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Found by its scheme. */
class InstalledTest {
  @TempDir Path directory;

  @Test
  void isFoundByItsScheme() {
    Path path = directory.resolve("keys");
    KeyFile.create(path, NewSlot.raw(), CustodyOptions.defaults()).close();
    Custodies installed = Custodies.installed();
    assertEquals(List.of(), installed.broken());
    try (var custody = installed.open(CustodyUri.ofFile(path), CustodyOptions.defaults())) {
      assertInstanceOf(KeyFile.class, custody);
      custody.unlock();
    }
    assertEquals("file", new KeyFileProvider().scheme());
  }

  @Test
  void opensNoOtherScheme() {
    CustodyUri other = CustodyUri.parse("keychain:service=a;account=b");
    KeyFileTest.fails(
        Kind.UNSUPPORTED, () -> new KeyFileProvider().open(other, CustodyOptions.defaults()));
    KeyFileTest.fails(
        Kind.MISSING,
        () ->
            new KeyFileProvider()
                .open(CustodyUri.parse("file:/no/such/place"), CustodyOptions.defaults()));
  }
}
