package dev.e2ee.internal.invite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/**
 * What an invite's code says, and what is derived from it: {@code testvectors/spec/invite.md},
 * sections 2 and 3.
 */
public final class InviteSecret implements AutoCloseable {
  /** The length of the secret in bytes. */
  public static final int SECRET = 16;

  /** The length of the secret and the expiry behind it. */
  public static final int LENGTH = SECRET + Integer.BYTES;

  /** The length of an invite's id in bytes. */
  public static final int ID = 16;

  /** The version of the code, the messages and everything that is derived. */
  public static final int VERSION = 1;

  private static final int PSK = 32;
  private static final long MINUTE = 60;

  private final SecretBytes secret;
  private final int expiry;

  private InviteSecret(SecretBytes secret, int expiry) {
    this.secret = secret;
    this.expiry = expiry;
  }

  /** A new one, which expires up to a minute after this time. */
  public static InviteSecret generate(Engine engine, Instant expires) {
    // [invite-1]
    long minutes = Math.floorDiv(expires.getEpochSecond() + MINUTE, MINUTE);
    if (minutes < 0 || minutes > 0xffffffffL) {
      throw new IllegalStateException("this device's clock is wrong by centuries: set it");
    }
    return new InviteSecret(SecretBytes.adopt(engine.random(SECRET)), (int) minutes);
  }

  /** From {@value #LENGTH} bytes, which stay the caller's. */
  public static InviteSecret of(byte[] bytes) {
    return new InviteSecret(
        SecretBytes.adopt(Arrays.copyOf(bytes, SECRET)),
        ByteBuffer.wrap(bytes, SECRET, Integer.BYTES).getInt());
  }

  /** Secret and expiry, {@value #LENGTH} bytes, which the caller wipes. */
  public byte[] bytes() {
    byte[] copy = secret.copy();
    try {
      return ByteBuffer.allocate(LENGTH).put(copy).putInt(expiry).array();
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** Another object with the same secret. */
  public InviteSecret copy() {
    byte[] bytes = bytes();
    try {
      return of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** When it expires. */
  public Instant expires() {
    return Instant.ofEpochSecond(MINUTE * Integer.toUnsignedLong(expiry));
  }

  /** The id, which everyone may know. */
  public byte[] id(Engine engine) {
    return derived(engine, "e2ee-invite-id-v1", ID);
  }

  /** The key that both sides share beforehand, 32 bytes, which the caller closes. */
  public SecretBytes psk(Engine engine) {
    return SecretBytes.adopt(derived(engine, "e2ee-invite-psk-v1", PSK));
  }

  /** What the exchange is about. */
  public byte[] prologue(byte[] id) {
    return new Bound("e2ee-invite-v1").raw(head()).raw(id).bytes();
  }

  private byte[] derived(Engine engine, String label, int length) {
    byte[] ikm = secret.copy();
    try (SecretBytes salt = SecretBytes.adopt("e2ee-invite-root-v1".getBytes(US_ASCII));
        SecretBytes root = SecretBytes.adopt(Hkdf.extract(engine, salt, ikm))) {
      return Hkdf.expand(engine, root, new Bound(label).raw(head()).bytes(), length);
    } finally {
      Arrays.fill(ikm, (byte) 0);
    }
  }

  private byte[] head() {
    return ByteBuffer.allocate(1 + Integer.BYTES).put((byte) VERSION).putInt(expiry).array();
  }

  /** Wipes the secret. */
  @Override
  public void close() {
    secret.close();
  }

  @Override
  public String toString() {
    return "InviteSecret[expires " + expires() + "]";
  }
}
