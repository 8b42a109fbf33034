package dev.e2ee.internal.device;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.format.ContextFields;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;

/** What the handshake computes: {@code testvectors/spec/device.md}, section 4. Stateless. */
public final class JoinCore {
  private final Engine engine;
  private final byte[] userContext;

  /**
   * For one user.
   *
   * @throws IllegalArgumentException for an id that is empty, too long, or has a lone surrogate
   */
  public JoinCore(Engine engine, String userId) {
    this.engine = engine;
    this.userContext = ContextFields.ofUser(Identifier.check("user id", userId));
  }

  /** A fresh nonce. */
  public byte[] nonce() {
    return engine.random(JoinMessages.NONCE);
  }

  /** SHA-256 of a message. */
  public byte[] hash(byte[] message) {
    return engine.sha256(message);
  }

  /** What the new device commits to in its request. */
  public byte[] commitment(DevicePublicKeys device, byte[] nonce) {
    return engine.sha256(
        new Bound("e2ee-join-commit-v1").lp(userContext).lp(device.encode()).lp(nonce).bytes());
  }

  /** SHA-512 of everything that the devices told each other. */
  public byte[] transcriptHash(
      byte[] request, byte[] offer, DevicePublicKeys device, byte[] nonce) {
    return engine.sha512(
        new Bound("e2ee-fingerprint-v1")
            .lp(userContext)
            .lp(request)
            .lp(offer)
            .lp(device.encode())
            .lp(nonce)
            .bytes());
  }

  /** What the new device signs. */
  public static byte[] revealSigned(byte[] transcriptHash) {
    return new Bound("e2ee-join-reveal-v1").raw(transcriptHash).bytes();
  }

  /** What the approver signs. */
  public static byte[] approvalSigned(byte[] transcriptHash, byte[] wrap) {
    return new Bound("e2ee-join-approve-v1").raw(transcriptHash).lp(wrap).bytes();
  }

  /** Whether this device signed it. */
  public boolean isSignedBy(DevicePublicKeys device, byte[] signed, byte[] signature) {
    try {
      return Signatures.verify(
          engine,
          DeviceCurves.of(device.signingAlgorithm()),
          device.signingKey(),
          signed,
          signature);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("keys that were checked are not valid", e);
    }
  }
}
