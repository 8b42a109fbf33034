package dev.e2ee.spi.internal.engine;

import dev.e2ee.spi.EngineUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.security.Provider;

/**
 * The Amazon Corretto Crypto Provider, reached by reflection because no module of ours needs it.
 */
final class Accp {
  private static final String PROVIDER =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
  private static final String ARTIFACT =
      "software.amazon.cryptools:AmazonCorrettoCryptoProvider, with this system's classifier, such"
          + " as linux-x86_64";

  private Accp() {}

  /**
   * The provider, which tests itself first.
   *
   * @throws EngineUnavailableException when it is not there, or not healthy
   */
  static Provider provider() {
    Class<?> type = OptionalClass.named(PROVIDER, ARTIFACT);
    try {
      Provider provider = (Provider) type.getField("INSTANCE").get(null);
      type.getMethod("assertHealthy").invoke(provider);
      return provider;
    } catch (InvocationTargetException | LinkageError e) {
      Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
      throw new EngineUnavailableException(
          "ACCP does not load here: is it the one for this system, and may code in "
              + System.getProperty("java.io.tmpdir")
              + " be executed (not mounted noexec)? "
              + cause,
          cause);
    } catch (ReflectiveOperationException e) {
      throw new EngineUnavailableException("this is another ACCP than was expected", e);
    }
  }
}
