package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.internal.core.InputBuffer;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** Where an {@code AES/GCM/NoPadding} cipher is in its life. */
sealed interface GcmPhase extends AutoCloseable {
  /** The length of AES's block in bytes. */
  int BLOCK = 16;

  /** More AAD. */
  void aad(byte[] in, int offset, int length);

  /** Before input: false when the nonce must not be used. */
  default boolean begin() {
    return true;
  }

  /** What of the result is certain after more input. */
  byte[] update(byte[] in, int offset, int length);

  /** The end of the result. */
  byte[] finish(byte[] in, int offset, int length) throws AEADBadTagException;

  /** The most that {@link #update} gives for so much input. */
  int updateSize(int length);

  /** The most that {@link #finish} gives for so much input. */
  int finalSize(int length);

  /** The nonce given at {@code init}, or drawn there. */
  byte @Nullable [] nonce();

  /** What comes after {@link #finish}, whether or not it succeeded. */
  GcmPhase next();

  @Override
  void close();

  /** A length that an {@code int} can tell. */
  private static int bounded(long length) {
    return (int) Math.min(Math.max(0, length), Integer.MAX_VALUE);
  }

  /**
   * Not ready.
   *
   * @param why and what to do
   * @param nonce of the message before, which programs ask for
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Idle(String why, byte @Nullable [] nonce) implements GcmPhase {
    private IllegalStateException refusal() {
      return new IllegalStateException(why);
    }

    @Override
    public void aad(byte[] in, int offset, int length) {
      throw refusal();
    }

    @Override
    public byte[] update(byte[] in, int offset, int length) {
      throw refusal();
    }

    @Override
    public byte[] finish(byte[] in, int offset, int length) {
      throw refusal();
    }

    @Override
    public int updateSize(int length) {
      throw refusal();
    }

    /** Some programs ask for it before {@code init}. */
    @Override
    public int finalSize(int length) {
      return bounded((long) length + Engine.TAG);
    }

    @Override
    public byte @Nullable [] nonce() {
      return nonce == null ? null : nonce.clone();
    }

    @Override
    public GcmPhase next() {
      return this;
    }

    @Override
    public void close() {}
  }

  /** Encrypts one message. */
  final class Sealing implements GcmPhase {
    private final GcmMessage message;

    /** SP 800-38D, section 5.2.1.1: 2^39 - 256 bits, after which counters would repeat. */
    private static final long MOST_INPUT = (1L << 36) - 32;

    private static final byte[] NOTHING = {};

    private boolean begun;
    private @Nullable Cipher cipher;
    private long taken;
    private long given;

    /** What the engine has given, and goes out with the next block: usually nothing. */
    private byte[] ready = NOTHING;

    Sealing(GcmMessage message) {
      this.message = message;
    }

    @Override
    public void aad(byte[] in, int offset, int length) {
      if (begun) {
        throw new IllegalStateException("AAD comes before the first input");
      }
      message.aad(in, offset, length);
    }

    @Override
    public boolean begin() {
      begun = begun || message.takeNonce();
      return begun;
    }

    private Cipher running() {
      Cipher running = cipher == null ? message.encrypting() : cipher;
      cipher = running;
      return running;
    }

    /** Whether a message can have so many bytes more. */
    static boolean fits(long taken, long more) {
      return more <= MOST_INPUT - taken;
    }

    private void take(int length) {
      if (!fits(taken, length)) {
        throw new IllegalStateException(
            "one message of AES-GCM has at most 2^36 - 32 bytes; seal in chunks: E2EE-Envelope");
      }
      taken += length;
    }

    /** At most the blocks that are full, as the JDK gives them; some engines hold back more. */
    @Override
    public byte[] update(byte[] in, int offset, int length) {
      Cipher running = running();
      int room = updateSize(length);
      take(length);
      try {
        byte[] out = running.update(in, offset, length);
        ready = joined(ready, out == null ? NOTHING : out);
      } catch (RuntimeException | AssertionError e) {
        throw new ProviderException(running.getProvider() + " cannot encrypt with AES-GCM", e);
      }
      byte[] now = ready.length <= room ? ready : Arrays.copyOf(ready, room);
      ready = Arrays.copyOfRange(ready, now.length, ready.length);
      given += now.length;
      return now;
    }

    @Override
    public byte[] finish(byte[] in, int offset, int length) {
      Cipher running = running();
      take(length);
      byte[] out;
      try {
        out = joined(ready, running.doFinal(in, offset, length));
      } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
        throw new ProviderException(running.getProvider() + " cannot encrypt with AES-GCM", e);
      }
      if (out.length != taken - given + Engine.TAG) {
        throw new ProviderException(running.getProvider() + " gave " + out.length + " bytes");
      }
      message.encrypted(running);
      return out;
    }

    private static byte[] joined(byte[] first, byte[] second) {
      if (first.length == 0) {
        return second;
      }
      byte[] all = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, all, first.length, second.length);
      return all;
    }

    @Override
    public int updateSize(int length) {
      return bounded((taken % BLOCK + length) / BLOCK * BLOCK);
    }

    @Override
    public int finalSize(int length) {
      return bounded(taken - given + length + Engine.TAG);
    }

    @Override
    public byte[] nonce() {
      return message.nonce();
    }

    @Override
    public GcmPhase next() {
      message.close();
      return new Idle(
          "a message was encrypted under this nonce; call init with another one", message.nonce());
    }

    @Override
    public void close() {
      message.close();
    }
  }

  /** Decrypts messages under one nonce, one after the other: collects each, then verifies. */
  final class Opening implements GcmPhase {
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final GcmMessage message;
    private final InputBuffer collected = new InputBuffer(LONGEST_ARRAY);

    Opening(GcmMessage message) {
      this.message = message;
    }

    @Override
    public void aad(byte[] in, int offset, int length) {
      if (collected.size() > 0) {
        throw new IllegalStateException("AAD comes before the first input");
      }
      message.aad(in, offset, length);
    }

    @Override
    public byte[] update(byte[] in, int offset, int length) {
      collect(in, offset, length);
      return new byte[0];
    }

    private void collect(byte[] in, int offset, int length) {
      if (!collected.takes(length)) {
        throw new IllegalStateException(
            "a message of 2 GiB is not opened in one piece; seal in chunks: E2EE-Envelope");
      }
      collected.append(in, offset, length);
    }

    @Override
    public byte[] finish(byte[] in, int offset, int length) throws AEADBadTagException {
      if (collected.size() == 0) {
        return message.decrypt(in, offset, length);
      }
      collect(in, offset, length);
      return message.decrypt(collected.array(), 0, collected.size());
    }

    @Override
    public int updateSize(int length) {
      return 0;
    }

    @Override
    public int finalSize(int length) {
      return bounded((long) collected.size() + length - Engine.TAG);
    }

    @Override
    public byte[] nonce() {
      return message.nonce();
    }

    @Override
    public GcmPhase next() {
      message.forgetAad();
      collected.wipe();
      return this;
    }

    @Override
    public void close() {
      message.close();
    }
  }
}
