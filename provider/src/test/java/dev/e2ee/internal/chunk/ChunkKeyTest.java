package dev.e2ee.internal.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.RecordingEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import org.junit.jupiter.api.Test;

/** [envelope-32] What was derived for the chunks is wiped when the rest cannot be. */
class ChunkKeyTest {
  private static final byte[] NONE = {};

  private final RecordingEngine engine = new RecordingEngine();

  private ChunkKey derive() {
    SecretBytes dek = SecretBytes.copyOf(ReferenceEnvelope.random(32));
    return ChunkKey.derive(Engine.of(engine), dek, ReferenceEnvelope.random(24), NONE);
  }

  /** The chunk key is in the first block, and the second one is not to be had. */
  @Test
  void anEngineThatFailsHalfWay() {
    engine.beforeMac(
        () -> {
          if (engine.macs().size() == 1) {
            throw new IllegalStateException("an engine's bug");
          }
        });
    Refused.with(IllegalStateException.class, this::derive);
    assertEquals(1, engine.macs().size());
    assertArrayEquals(new byte[64], engine.macs().get(0));
  }

  @Test
  void everyBlockIsWipedAfterUse() {
    derive().close();
    assertEquals(2, engine.macs().size());
    engine.macs().forEach(block -> assertArrayEquals(new byte[64], block));
  }
}
