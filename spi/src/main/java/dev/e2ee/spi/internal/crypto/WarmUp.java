package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings AES-GCM to its full speed early in the life of a JVM.
 *
 * <p>The JDK's fast code for GCM runs only in callers that the JVM has compiled, and those are
 * compiled after some thousand calls. With one call for 16 KiB that takes a second, at a fiftieth
 * of the speed. So as long as little was done, messages are sealed in small pieces, which cost
 * nothing extra. Opening cannot be cut up: engines hold back what is not verified. There a few
 * thousand small messages under a key of zeros are sealed instead, once, when a megabyte has been
 * opened: whoever opens less does not pay for it.
 *
 * <p>The counters are static because the compiler's state is the JVM's. A race between threads
 * costs some milliseconds and nothing else.
 */
final class WarmUp {
  /** Bytes in a piece: short enough to count often, and long enough for the fast code. */
  static final int PIECE = 512;

  private static final int PIECES = 12_000;
  private static final int OPENED_BEFORE = 1 << 20;
  private static final AtomicInteger PIECES_SEALED = new AtomicInteger();
  private static final AtomicInteger BYTES_OPENED = new AtomicInteger();

  private WarmUp() {}

  /** Whether a message to seal is to be cut into pieces; they are counted as done. */
  static boolean inPieces(int length) {
    return length > 2 * PIECE
        && PIECES_SEALED.get() < PIECES
        && PIECES_SEALED.getAndAdd(Math.min(length / PIECE, PIECES)) < PIECES;
  }

  /** Counts what is about to be opened, and warms up once that is enough to be worth it. */
  static void beforeOpening(Engine engine, int length) {
    if (!engine.isJdk()) {
      return;
    }
    if (BYTES_OPENED.get() >= OPENED_BEFORE || PIECES_SEALED.get() >= PIECES) {
      return;
    }
    int before = BYTES_OPENED.getAndAdd(Math.min(length, OPENED_BEFORE));
    if (before < OPENED_BEFORE && before + Math.min(length, OPENED_BEFORE) >= OPENED_BEFORE) {
      sealNothingOften(engine);
    }
  }

  private static void sealNothingOften(Engine engine) {
    byte[] zeros = new byte[1 << 14];
    byte[] sealed = new byte[zeros.length + Engine.TAG];
    byte[] nonce = new byte[Engine.NONCE];
    try (SecretBytes key = SecretBytes.adopt(new byte[32]);
        GcmKey gcm = engine.gcmKey(key)) {
      while (PIECES_SEALED.get() < PIECES) {
        nonce[0]++;
        nonce[1] += (byte) (nonce[0] == 0 ? 1 : 0);
        gcm.seal(nonce, new byte[0], zeros, 0, zeros.length, sealed, 0);
      }
    }
  }
}
