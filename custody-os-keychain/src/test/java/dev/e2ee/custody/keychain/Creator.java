package dev.e2ee.custody.keychain;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Makes a store of the keychain, in this process or another one. */
final class Creator {
  private Creator() {}

  /** What became of it: {@code MADE}, or the kind of the error. */
  static String create(CustodyUri uri) {
    CustodyOptions patient = CustodyOptions.defaults().withDeadline(Duration.ofMinutes(1));
    try {
      Keychain.create(uri, patient).close();
      return "MADE";
    } catch (CustodyException e) {
      return e.kind().name();
    }
  }

  /** Another process, which begins when its standard input ends. */
  static Process start(CustodyUri uri) throws IOException {
    return start(uri, System.getProperty("java.class.path"));
  }

  /** One with a class path of its own. */
  static Process start(CustodyUri uri, String classPath) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            Creator.class.getName(),
            uri.canonical())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** One creation, when standard input ends. */
  public static void main(String[] arguments) throws IOException {
    CustodyUri uri = CustodyUri.parse(arguments[0]);
    System.in.readAllBytes();
    System.out.println(create(uri));
  }
}
