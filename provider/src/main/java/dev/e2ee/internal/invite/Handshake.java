package dev.e2ee.internal.invite;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * HandshakeState of the Noise Protocol Framework, revision 34, section 5.3, for one pattern:
 *
 * <pre>
 * NNpsk0:
 *   -&gt; psk, e
 *   &lt;- e, ee
 * </pre>
 *
 * <p>Both sides do the same with each message, the one that writes it and the one that reads it:
 * its tokens, then its payload.
 */
public final class Handshake implements AutoCloseable {
  // [invite-6]
  private static final String PROTOCOL = "Noise_NNpsk0_25519_AESGCM_SHA256";

  private final Engine engine;
  private final SymmetricState state;

  /** Initialize, with what both sides agree on beforehand. */
  public Handshake(Engine engine, byte[] prologue) {
    this.engine = engine;
    this.state = new SymmetricState(engine, PROTOCOL);
    state.mixHash(prologue);
  }

  /**
   * The tokens of the first message: psk, e.
   *
   * @param psk 32 bytes
   * @param e the initiator's ephemeral public key
   */
  public void first(SecretBytes psk, byte[] e) {
    mix(psk, state::mixKeyAndHash);
    ephemeral(e);
  }

  /**
   * The tokens of the second message: e, ee.
   *
   * @param e the responder's ephemeral public key
   * @param own this side's ephemeral pair
   * @param peer the other side's ephemeral public key
   * @throws InvalidKeyException when the peer's is not valid
   */
  public void second(byte[] e, CurveKeyPair own, byte[] peer) throws InvalidKeyException {
    ephemeral(e);
    try (SecretBytes ee = Agreement.agree(engine, Curve.X25519, own.privateKey(), peer)) {
      mix(ee, state::mixKey);
    }
  }

  /** Section 9.2: with a psk, an ephemeral key goes into the chaining key too. */
  private void ephemeral(byte[] e) {
    state.mixHash(e);
    state.mixKey(e);
  }

  private interface Mixing {
    void with(byte[] ikm);
  }

  private static void mix(SecretBytes secret, Mixing mixing) {
    byte[] ikm = secret.copy();
    try {
      mixing.with(ikm);
    } finally {
      Arrays.fill(ikm, (byte) 0);
    }
  }

  /** The hash of what was said so far, 32 bytes. */
  public byte[] hash() {
    return state.handshakeHash();
  }

  /** A payload to be sent, 16 bytes longer. */
  public byte[] seal(byte[] payload) {
    return state.encryptAndHash(payload);
  }

  /**
   * A payload that was received, or was sent before.
   *
   * @throws AEADBadTagException when it is not authentic
   */
  public byte[] open(byte[] sealed) throws AEADBadTagException {
    return state.decryptAndHash(sealed);
  }

  /** After the second message; the caller closes it. */
  public Split split() {
    return state.split();
  }

  /** Wipes what is secret. */
  @Override
  public void close() {
    state.close();
  }
}
