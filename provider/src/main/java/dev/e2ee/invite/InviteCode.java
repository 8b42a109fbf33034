package dev.e2ee.invite;

import dev.e2ee.internal.format.Bech32mChecksum;
import dev.e2ee.internal.format.CrockfordBase32;
import dev.e2ee.internal.invite.InviteSecret;
import dev.e2ee.invite.InvalidInviteCodeException.Reason;
import dev.e2ee.recovery.InvalidRecoveryCodeException;
import dev.e2ee.recovery.RecoveryCode;
import java.nio.CharBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * The code of an invite, which a person carries from one device to another: 128 random bits and the
 * time when they expire, 40 characters in ten groups of four, six of them a checksum. {@code
 * testvectors/spec/invite.md}, section 2.
 *
 * <p>Whoever sees a code before it is used can take the place of either device, once. Carry it so
 * that the server does not see it: as a QR code from screen to screen, by voice, on paper.
 */
public final class InviteCode implements AutoCloseable {
  /** How far the clocks of two devices may differ. */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  /** The longest life of an invite. */
  public static final Duration LONGEST = Duration.ofDays(30);

  private static final Duration ROUNDING = Duration.ofMinutes(1);
  private static final Bech32mChecksum CHECKSUM = new Bech32mChecksum("e2ee-invite");
  private static final int VERSION_SYMBOLS = 2;
  private static final int DATA_SYMBOLS = 32;
  private static final int SYMBOLS = VERSION_SYMBOLS + DATA_SYMBOLS + Bech32mChecksum.LENGTH;

  private final InviteSecret secret;

  /** Takes over the secret. */
  InviteCode(InviteSecret secret) {
    this.secret = secret;
  }

  /**
   * Reads what a person typed: case, dashes and blanks do not matter, O is 0, I and L are 1.
   *
   * @param typed stays the caller's, who wipes it
   * @throws InvalidInviteCodeException when it is mistyped, a recovery code, of another version, or
   *     has expired by more than {@link #TOLERANCE}
   */
  public static InviteCode parse(char[] typed) throws InvalidInviteCodeException {
    return parse(typed, Clock.systemUTC());
  }

  /** The same by another clock. */
  public static InviteCode parse(char[] typed, Clock clock) throws InvalidInviteCodeException {
    // [invite-2]
    byte[] symbols =
        CrockfordBase32.symbols(CharBuffer.wrap(typed))
            .orElseThrow(
                () -> mistyped("an invite's code has letters, digits and dashes only, and no U"));
    try {
      if (symbols.length != SYMBOLS) {
        requireNoRecoveryCode(typed);
        throw mistyped(
            "an invite's code has " + SYMBOLS + " characters, this one " + symbols.length);
      }
      if (!CHECKSUM.isRight(symbols)) {
        throw mistyped("the invite's code has a typing error: compare it with what was shown");
      }
      InviteCode code = new InviteCode(secret(symbols));
      code.requireTimely(clock.instant());
      return code;
    } finally {
      Arrays.fill(symbols, (byte) 0);
    }
  }

  private static InvalidInviteCodeException mistyped(String message) {
    return new InvalidInviteCodeException(Reason.TYPING_ERROR, message);
  }

  // [invite-3]
  private static void requireNoRecoveryCode(char[] typed) throws InvalidInviteCodeException {
    try {
      RecoveryCode.parse(typed).close();
    } catch (InvalidRecoveryCodeException e) {
      return;
    }
    throw new InvalidInviteCodeException(
        Reason.RECOVERY_CODE,
        "this is a recovery code, which opens everything: keep it to yourself, and ask the other"
            + " device for an invite");
  }

  private static InviteSecret secret(byte[] symbols) throws InvalidInviteCodeException {
    // [invite-4]
    if ((symbols[0] << 5 | symbols[1]) != InviteSecret.VERSION) {
      throw new InvalidInviteCodeException(
          Reason.OTHER_VERSION, "this invite is of a later version: update this device first");
    }
    byte[] data = Arrays.copyOfRange(symbols, VERSION_SYMBOLS, VERSION_SYMBOLS + DATA_SYMBOLS);
    byte[] bytes = CrockfordBase32.bytes(data, InviteSecret.LENGTH);
    try {
      return InviteSecret.of(bytes);
    } finally {
      Arrays.fill(data, (byte) 0);
      Arrays.fill(bytes, (byte) 0);
    }
  }

  // [invite-5]
  private void requireTimely(Instant now) throws InvalidInviteCodeException {
    Instant expires = expires();
    if (now.isAfter(expires.plus(TOLERANCE))) {
      close();
      throw new InvalidInviteCodeException(
          Reason.EXPIRED, "this invite expired at " + expires + ": ask for a new one");
    }
    if (expires.isAfter(now.plus(LONGEST).plus(TOLERANCE).plus(ROUNDING))) {
      close();
      throw new InvalidInviteCodeException(
          Reason.EXPIRES_TOO_LATE,
          "this invite expires at "
              + expires
              + ", later than an invite may: set the clocks of both devices, and ask for a new one");
    }
  }

  /** When it expires, to the minute. */
  public Instant expires() {
    return secret.expires();
  }

  /**
   * The characters to show, in ten groups of four with dashes, which the caller wipes.
   *
   * @throws IllegalStateException when closed
   */
  public char[] text() {
    byte[] bytes = secret.bytes();
    byte[] data = CrockfordBase32.symbols(bytes, DATA_SYMBOLS);
    byte[] versioned = new byte[VERSION_SYMBOLS + DATA_SYMBOLS];
    versioned[1] = InviteSecret.VERSION;
    System.arraycopy(data, 0, versioned, VERSION_SYMBOLS, DATA_SYMBOLS);
    byte[] symbols = CHECKSUM.append(versioned);
    try {
      return CrockfordBase32.grouped(symbols);
    } finally {
      for (byte[] used : new byte[][] {bytes, data, versioned, symbols}) {
        Arrays.fill(used, (byte) 0);
      }
    }
  }

  InviteSecret secret() {
    return secret;
  }

  /** Wipes the code; a second call does nothing. */
  @Override
  public void close() {
    secret.close();
  }

  @Override
  public String toString() {
    return "InviteCode[128 bits, expires " + expires() + "]";
  }
}
