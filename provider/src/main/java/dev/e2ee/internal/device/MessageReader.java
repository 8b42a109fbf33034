package dev.e2ee.internal.device;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.format.Identifier;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;

/** Reads big-endian fields of public bytes, each checked before anything is allocated for it. */
public final class MessageReader {
  private static final long LAST_SECOND = 253_402_300_799L;

  private final String what;
  private final ByteBuffer in;

  /**
   * Over these bytes.
   *
   * @param what they are taken for, for messages
   */
  public MessageReader(String what, byte[] bytes) {
    this.what = what;
    this.in = ByteBuffer.wrap(bytes);
  }

  /** Another fault. */
  public MalformedMessageException fault(String fault) {
    return new MalformedMessageException("not a " + what + ": " + fault);
  }

  /** Takes bytes that must be these. */
  public void expect(byte[] expected, String field) throws MalformedMessageException {
    if (!Arrays.equals(expected, bytes(expected.length, field))) {
      throw fault("another " + field);
    }
  }

  /** Takes one byte that must be this. */
  public void expect(int expected, String field) throws MalformedMessageException {
    int found = u8(field);
    if (found != expected) {
      throw fault(field + " " + found + " is not known here");
    }
  }

  /** One byte. */
  public int u8(String field) throws MalformedMessageException {
    return need(1, field).get() & 0xff;
  }

  /** Two bytes. */
  public int u16(String field) throws MalformedMessageException {
    return need(2, field).getShort() & 0xffff;
  }

  /** A number of 4 bytes that is 1 or more, and that an int holds. */
  public int positive(String field) throws MalformedMessageException {
    int value = need(4, field).getInt();
    if (value < 1) {
      throw fault(field + " " + Integer.toUnsignedString(value) + " is out of bounds");
    }
    return value;
  }

  /** Seconds since 1970 in 8 bytes, up to the year 9999. */
  public Instant time(String field) throws MalformedMessageException {
    long seconds = need(8, field).getLong();
    if (seconds < 0 || seconds > LAST_SECOND) {
      throw fault(field + " is out of bounds");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** So many bytes. */
  public byte[] bytes(int length, String field) throws MalformedMessageException {
    need(length, field);
    byte[] out = new byte[length];
    in.get(out);
    return out;
  }

  /** A text with its length of 2 bytes before it. */
  public String identifier(String field) throws MalformedMessageException {
    byte[] bytes = bytes(u16(field + " length"), field);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Identifier.check(field, text);
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("not a " + what + ": its " + field + " is no UTF-8", e);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("not a " + what + ": " + e.getMessage(), e);
    }
  }

  /** One byte that is the number of one. */
  public AgreementAlgorithm agreement() throws MalformedMessageException {
    int number = u8("agreement algorithm");
    return Stream.of(AgreementAlgorithm.values())
        .filter(algorithm -> algorithm.number() == number)
        .findFirst()
        .orElseThrow(() -> fault("agreement algorithm " + number + " is not known here"));
  }

  /** One byte that is the number of one. */
  public SigningAlgorithm signing() throws MalformedMessageException {
    int number = u8("signing algorithm");
    return Stream.of(SigningAlgorithm.values())
        .filter(algorithm -> algorithm.number() == number)
        .findFirst()
        .orElseThrow(() -> fault("signing algorithm " + number + " is not known here"));
  }

  /** Everything that is left. */
  public byte[] rest() {
    byte[] out = new byte[in.remaining()];
    in.get(out);
    return out;
  }

  /** Refuses bytes that are left. */
  public void end() throws MalformedMessageException {
    if (in.hasRemaining()) {
      throw fault(in.remaining() + " bytes follow its end");
    }
  }

  private ByteBuffer need(int length, String field) throws MalformedMessageException {
    if (in.remaining() < length) {
      throw fault("it ends within its " + field);
    }
    return in;
  }
}
