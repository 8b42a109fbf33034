package dev.e2ee.internal.primitive.derive;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.EngineKey;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import javax.crypto.Mac;

/** The engine's HMAC under a key. */
final class EngineMac {
  private EngineMac() {}

  /** With a copy of the key, which stays the caller's. */
  static Mac of(Engine engine, String algorithm, SecretBytes key) {
    Provider provider = engine.providerOf("Mac", algorithm);
    try {
      Mac mac = Mac.getInstance(algorithm, provider);
      mac.init(new EngineKey(algorithm, key));
      return mac;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider + " cannot compute " + algorithm, e);
    }
  }

  /** Over the parts one after the other. */
  static byte[] result(Mac mac, byte[]... parts) {
    try {
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (RuntimeException | AssertionError e) {
      throw new ProviderException(mac.getProvider() + " failed in " + mac.getAlgorithm(), e);
    }
  }
}
