package dev.e2ee.invite;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.internal.invite.InviteExchange.Agreed;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;

/**
 * What an invite has brought: who is on the other side, and a key that only the two have.
 *
 * <p>The other side has shown that it knew the code and holds its signing key, which vouches for
 * the agreement key beside it. Whether its person is the one meant rests on how the code was
 * carried. Pin the keys in a {@link dev.e2ee.device.DeviceRegistry}, add them to a keyring by
 * {@link dev.e2ee.keyring.Recipient#of}, or pin them there as a {@link dev.e2ee.keyring.Signer}.
 */
public final class Pairing implements AutoCloseable {
  private final DevicePublicKeys peer;
  private final SecretBytes payload;
  private final SecretBytes dataKey;

  private Pairing(DevicePublicKeys peer, SecretBytes payload, SecretBytes dataKey) {
    this.peer = peer;
    this.payload = payload;
    this.dataKey = dataKey;
  }

  static Pairing with(DevicePublicKeys peer, Agreed agreed) {
    return new Pairing(
        peer,
        SecretBytes.adopt(agreed.payload().copy()),
        SecretBytes.adopt(agreed.dataKey().copy()));
  }

  /** The device on the other side. */
  public DevicePublicKeys peer() {
    return peer;
  }

  /**
   * What the inviter has sent along, 0 to 16384 bytes; the same on both sides. A copy, which the
   * caller wipes where it is a secret.
   *
   * @throws IllegalStateException when closed
   */
  public byte[] payload() {
    return payload.copy();
  }

  /** The data key, 32 bytes, the same on both sides; wiped when this is closed. */
  public SecretBytes dataKey() {
    return dataKey;
  }

  /** The data key as the UMK of what the two share; the caller closes it. */
  public UserMasterKey masterKey() {
    return UserMasterKey.of(dataKey);
  }

  /** Wipes data key and payload; a second call does nothing. */
  @Override
  public void close() {
    payload.close();
    dataKey.close();
  }

  @Override
  public String toString() {
    return "Pairing[" + peer.shownId() + "]";
  }
}
