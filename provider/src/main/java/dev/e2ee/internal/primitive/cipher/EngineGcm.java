package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.spi.internal.crypto.Engine;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * The engine's AES-GCM ciphers of one shell, used again for each message: to look one up takes
 * longer than to encrypt a short message. One that has failed is not given back.
 */
final class EngineGcm {
  private static final String NAME = "AES/GCM/NoPadding";

  private final Engine engine;
  private @Nullable Cipher sealing;
  private @Nullable Cipher opening;

  EngineGcm(Engine engine) {
    this.engine = engine;
  }

  Engine engine() {
    return engine;
  }

  /** One for this mode, used before or new. */
  Cipher take(int mode) throws GeneralSecurityException {
    Cipher kept = mode == Cipher.ENCRYPT_MODE ? sealing : opening;
    if (mode == Cipher.ENCRYPT_MODE) {
      sealing = null;
    } else {
      opening = null;
    }
    return kept == null ? Cipher.getInstance(NAME, engine.provider()) : kept;
  }

  /** After a message that went well. */
  void give(int mode, Cipher cipher) {
    if (mode == Cipher.ENCRYPT_MODE) {
      sealing = cipher;
    } else {
      opening = cipher;
    }
  }
}
