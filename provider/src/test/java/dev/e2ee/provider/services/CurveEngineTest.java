package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.InvalidKeyException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Each engine's curves against the JDK's own. */
class CurveEngineTest {
  private static final Engine JDK = Engine.jdk();
  private static final int TIMES = 20;

  @EveryEngine
  void agreesWithTheJdk(TestEngine engine) throws Exception {
    Set<String> seen = new HashSet<>();
    for (Curve curve : List.of(Curve.P256, Curve.X25519)) {
      for (int i = 0; i < TIMES; i++) {
        try (CurveKeyPair ours = CurveKeyPair.generate(engine.engine(), curve);
            CurveKeyPair theirs = CurveKeyPair.generate(JDK, curve);
            SecretBytes one =
                Agreement.agree(engine.engine(), curve, ours.privateKey(), theirs.publicKey());
            SecretBytes two = Agreement.agree(JDK, curve, theirs.privateKey(), ours.publicKey())) {
          assertArrayEquals(one.copy(), two.copy());
          assertTrue(seen.add(java.util.HexFormat.of().formatHex(one.copy())), "two alike");
          assertEquals(
              curve,
              CurveKeyPair.of(engine.engine(), curve, ours.privateKey().copy(), ours.publicKey())
                  .curve());
          byte[] bad = theirs.publicKey();
          bad[bad.length - 1] ^= (byte) (curve == Curve.P256 ? 1 : 0x80);
          Refused.with(
              InvalidKeyException.class,
              () -> Agreement.agree(engine.engine(), curve, ours.privateKey(), bad));
        }
      }
    }
  }

  @EveryEngine
  void signsWhatTheJdkVerifiesAndTheOtherWayRound(TestEngine engine) throws Exception {
    for (Curve curve : List.of(Curve.P256, Curve.ED25519)) {
      for (int i = 0; i < TIMES; i++) {
        byte[] message = Sample.plaintext(4 + i * 7);
        try (CurveKeyPair pair = CurveKeyPair.generate(engine.engine(), curve)) {
          for (Engine signer : List.of(engine.engine(), JDK)) {
            byte[] signature = Signatures.sign(signer, curve, pair.privateKey(), message);
            assertEquals(Signatures.LENGTH, signature.length);
            for (Engine verifier : List.of(engine.engine(), JDK)) {
              assertTrue(Signatures.verify(verifier, curve, pair.publicKey(), message, signature));
              for (int at : new int[] {0, 31, 32, 63}) {
                byte[] altered = signature.clone();
                altered[at] ^= 1;
                assertFalse(Signatures.verify(verifier, curve, pair.publicKey(), message, altered));
              }
              assertFalse(
                  Signatures.verify(
                      verifier, curve, pair.publicKey(), Sample.plaintext(3), signature));
            }
          }
        }
      }
    }
  }
}
