package dev.e2ee.custody.tck.mutant;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import dev.e2ee.spi.key.Signing;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

/** A device key with a public point that is one, the curve's own, and with wrong answers. */
final class WrongDeviceKey extends CustodyKey implements PrivateKey {
  private static final long serialVersionUID = 1L;

  /** The base point of P-256. */
  private static final String BASE =
      "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
          + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

  private final transient KeyKind kind;
  private final transient String name;

  WrongDeviceKey(KeyKind kind, String name) {
    this.kind = kind;
    this.name = name;
  }

  @Override
  public KeyDescription description() {
    return new KeyDescription(
        name,
        1,
        KeyId.of(new byte[KeyId.LENGTH]),
        kind,
        KeyState.PRIMARY,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        Residency.MEMORY);
  }

  @Override
  public CustodyKey generation(KeyId id) {
    return this;
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    if (type == EcdhAgreement.class && kind == KeyKind.AGREEMENT_P256) {
      return Optional.of(type.cast(new Agreement()));
    }
    return type == Signing.class && kind == KeyKind.SIGNING_P256
        ? Optional.of(type.cast(new Signatures()))
        : Optional.empty();
  }

  private static byte[] base() {
    return HexFormat.of().parseHex(BASE);
  }

  private static final class Agreement implements EcdhAgreement {
    @Override
    public byte[] publicPoint() {
      return base();
    }

    @Override
    public SecretBytes agree(byte[] peerPoint) {
      return SecretBytes.adopt(new byte[32]);
    }
  }

  private static final class Signatures implements Signing {
    @Override
    public byte[] publicPoint() {
      return base();
    }

    @Override
    public byte[] sign(byte[] message) {
      byte[] signature = new byte[64];
      signature[31] = 1;
      signature[63] = 1;
      return signature;
    }
  }
}
