package dev.e2ee.internal.device;

import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/** What a device keeps of an exchange between two messages, in an envelope for itself alone. */
public final class OwnState {
  private OwnState() {}

  /** Reads what was sealed. */
  public interface Parser<T> {
    /**
     * Reads it.
     *
     * @param plain which is wiped afterwards
     */
    T parse(byte[] plain) throws MalformedMessageException;
  }

  private static RecordContext context(String type, String deviceId) {
    return RecordContext.of(deviceId, type, "v1");
  }

  /**
   * As an envelope of this device's.
   *
   * @param plain is wiped
   * @param type of the exchange and side
   */
  public static byte[] seal(byte[] plain, Envelope envelope, String type, String deviceId) {
    try {
      return envelope.seal(plain, context(type, deviceId));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Reads {@link #seal}.
   *
   * @throws AEADBadTagException for another key, device or type
   * @throws MalformedMessageException when it is no state
   */
  public static <T> T open(
      byte[] sealed, Envelope envelope, String type, String deviceId, Parser<T> parser)
      throws AEADBadTagException, MalformedMessageException {
    byte[] plain = envelope.open(sealed, context(type, deviceId));
    try {
      return parser.parse(plain);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }
}
