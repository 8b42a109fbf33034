package dev.e2ee.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins from a class path of the test's own making. */
class CustodiesTest {
  @TempDir Path classPath;

  /** Opens nothing: says who it is. */
  public abstract static class Answering implements CustodyProvider {
    @Override
    public String scheme() {
      return "file";
    }

    @Override
    public String description() {
      return getClass().getSimpleName();
    }

    @Override
    public KeyCustody open(CustodyUri uri, CustodyOptions options) {
      throw new CustodyException(Kind.MISSING, "opened by " + description());
    }
  }

  /** One that works. */
  public static final class First extends Answering {}

  /** Another one for the same scheme. */
  public static final class Second extends Answering {}

  /** Fails when it is made. */
  public static final class Throwing extends Answering {
    /** Always fails. */
    public Throwing() {
      throw new IllegalStateException("no native library");
    }
  }

  /** Fails when it is asked for its scheme. */
  public static final class Schemeless extends Answering {
    @Override
    public String scheme() {
      throw new IllegalStateException("no scheme today");
    }
  }

  /** Tells that it was made. */
  public static final class Loaded extends Answering {
    /** Leaves a mark. */
    public Loaded() {
      System.setProperty("e2ee.test.loaded", "yes");
    }
  }

  private <T> T with(Supplier<T> work, String... classNames) throws IOException {
    Path services = Files.createDirectories(classPath.resolve("META-INF/services"));
    Files.write(services.resolve(CustodyProvider.class.getName()), List.of(classNames));
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {url()}, CustodiesTest.class.getClassLoader())) {
      thread.setContextClassLoader(loader);
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private URL url() throws MalformedURLException {
    return classPath.toUri().toURL();
  }

  private static CustodyException open(Custodies custodies, String uri) {
    return assertThrows(
        CustodyException.class,
        () -> custodies.open(CustodyUri.parse(uri), CustodyOptions.defaults()));
  }

  @Test
  void aBrokenPlugInIsReportedAndStopsNobody() throws IOException {
    Custodies custodies =
        with(
            Custodies::installed,
            "no.such.Plugin",
            Throwing.class.getName(),
            CustodiesTest.class.getName(),
            First.class.getName());
    assertEquals(1, custodies.providers().size());
    assertEquals(3, custodies.broken().size(), custodies.broken().toString());
    assertTrue(custodies.broken().get(0).contains("no.such.Plugin"));
    assertTrue(custodies.broken().get(1).contains("Throwing"));
    assertTrue(custodies.broken().get(2).contains("CustodiesTest"));
    assertEquals("opened by First", open(custodies, "file:/k").getMessage());
  }

  @Test
  void aPlugInThatCannotTellItsSchemeStopsNobody() throws IOException {
    Custodies custodies =
        with(Custodies::installed, Schemeless.class.getName(), First.class.getName());
    assertEquals(List.of("no scheme today"), custodies.broken());
    assertEquals("opened by First", open(custodies, "file:/k").getMessage());
  }

  @Test
  void aServiceFileThatIsNoTextEndsAndIsReported() throws IOException {
    Custodies custodies = with(Custodies::installed, "this is not a class name");
    assertTrue(custodies.providers().isEmpty());
    assertTrue(!custodies.broken().isEmpty());
  }

  @Test
  void nobodyForTheSchemeIsUnsupported() throws IOException {
    Custodies custodies = with(Custodies::installed, First.class.getName(), "no.such.Plugin");
    CustodyException error = open(custodies, "pkcs11:token=a");
    assertEquals(Kind.UNSUPPORTED, error.kind());
    assertTrue(error.getMessage().contains("pkcs11"), error.getMessage());
    assertTrue(error.getMessage().contains("no.such.Plugin"), "says what could not be loaded");
  }

  @Test
  void twoForOneSchemeIsAmbiguous() throws IOException {
    Custodies custodies = with(Custodies::installed, First.class.getName(), Second.class.getName());
    CustodyException error = open(custodies, "file:/k");
    assertEquals(Kind.AMBIGUOUS, error.kind());
    assertTrue(
        error.getMessage().contains("First") && error.getMessage().contains("Second"),
        error.getMessage());
  }

  @Test
  void theAllowListKeepsOthersFromBeingMade() throws IOException {
    System.clearProperty("e2ee.test.loaded");
    Custodies custodies =
        with(
            () -> Custodies.installed(Set.of(Second.class.getName())),
            First.class.getName(),
            Loaded.class.getName(),
            Second.class.getName());
    assertEquals(null, System.getProperty("e2ee.test.loaded"), "a constructor is code too");
    assertEquals("opened by Second", open(custodies, "file:/k").getMessage());
    assertEquals(2, custodies.broken().size());
    assertTrue(custodies.broken().get(0).endsWith("First: not on the allow-list"));
  }

  @Test
  void anEmptyClassPathHasNone() throws IOException {
    Custodies custodies = with(Custodies::installed);
    assertEquals(List.of(), custodies.providers());
    assertEquals(List.of(), custodies.broken());
    assertEquals(Kind.UNSUPPORTED, open(custodies, "file:/k").kind());
  }
}
