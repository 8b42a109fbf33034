package dev.e2ee.spi.internal.curve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.ProviderException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The public key that a private key alone gives. */
class PrivateKeyAloneTest {
  private static final Engine ENGINE = Engine.jdk();

  @ParameterizedTest
  @EnumSource(Curve.class)
  void isTheOneThatTheEngineMade(Curve curve) throws Exception {
    for (int i = 0; i < 20; i++) {
      try (CurveKeyPair pair = CurveKeyPair.generate(ENGINE, curve);
          CurveKeyPair again =
              CurveKeyPair.ofPrivate(ENGINE, curve, SecretBytes.adopt(pair.privateKey().copy()))) {
        assertEquals(curve, again.curve());
        assertArrayEquals(pair.publicKey(), again.publicKey());
      }
    }
  }

  /** RFC 8032, section 7.1, test 1. */
  @Test
  void isThatOfTheRfc() throws Exception {
    byte[] seed =
        HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    try (CurveKeyPair pair =
        CurveKeyPair.ofPrivate(ENGINE, Curve.ED25519, SecretBytes.adopt(seed))) {
      assertEquals(
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
          HexFormat.of().formatHex(pair.publicKey()));
    }
  }

  @Test
  void whatIsNoPrivateKeyIsClosed() {
    SecretBytes zero = SecretBytes.adopt(new byte[Curve.PRIVATE_KEY]);
    assertThrows(ProviderException.class, () -> CurveKeyPair.ofPrivate(ENGINE, Curve.P256, zero));
    assertThrows(IllegalStateException.class, zero::copy);
  }
}
