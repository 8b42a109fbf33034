package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health is an answer, whatever fails. */
class HealthTest {
  @TempDir Path directory;

  /** The JDK's own engine, until it is taken away. */
  private static final class Fading extends Provider {
    private static final long serialVersionUID = 1L;

    private Fading() {
      super("Fading", "1", "the JDK's engine for a while");
      Provider own = Security.getProvider("SunJCE");
      putService(new Passed(this, own.getService("Mac", "HmacSHA256")));
      putService(new Passed(this, own.getService("Cipher", "AES/GCM/NoPadding")));
    }

    private void fade() {
      clear();
    }

    private static final class Passed extends Service {
      private final Service real;

      private Passed(Provider provider, Service real) {
        super(provider, real.getType(), real.getAlgorithm(), real.getClassName(), null, null);
        this.real = real;
      }

      @Override
      public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
        return real.newInstance(parameter);
      }
    }
  }

  @Test
  void anEngineThatFailsIsUnavailable() {
    Fading engine = new Fading();
    CustodyOptions options = CustodyOptions.defaults().withEngine(engine);
    try (KeyFile file = KeyFile.create(directory.resolve("keys"), NewSlot.raw(), options)) {
      file.generate("main", KeyKind.UMK);
      assertEquals(Status.READY, file.health().status());
      engine.fade();
      assertEquals(Status.UNAVAILABLE, file.health().status());
    }
  }
}
