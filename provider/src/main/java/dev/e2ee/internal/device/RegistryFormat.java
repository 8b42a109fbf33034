package dev.e2ee.internal.device;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceRegistry.Entry;
import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.device.MalformedMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A registry's devices as bytes, which only the device that wrote them reads. */
public final class RegistryFormat {
  private static final int VERSION = 1;

  private RegistryFormat() {}

  /** All entries. */
  public static byte[] encode(List<Entry> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    out.writeBytes(ByteBuffer.allocate(2).putShort((short) entries.size()).array());
    for (Entry entry : entries) {
      byte[] keys = entry.keys().encode();
      out.write(entry.state().number());
      out.writeBytes(
          ByteBuffer.allocate(10)
              .putLong(entry.since().getEpochSecond())
              .putShort((short) keys.length)
              .array());
      out.writeBytes(keys);
    }
    return out.toByteArray();
  }

  /** Reads them. */
  public static List<Entry> decode(byte[] bytes) throws MalformedMessageException {
    MessageReader in = new MessageReader("device registry", bytes);
    in.expect(VERSION, "version");
    List<Entry> entries = new ArrayList<>();
    for (int count = in.u16("count"); count > 0; count--) {
      State state = state(in);
      Instant since = in.time("time");
      DevicePublicKeys keys = DevicePublicKeys.decode(in.bytes(in.u16("length"), "keys"));
      entries.add(new Entry(keys, state, since));
    }
    in.end();
    return entries;
  }

  private static State state(MessageReader in) throws MalformedMessageException {
    int number = in.u8("state");
    return Stream.of(State.values())
        .filter(state -> state.number() == number)
        .findFirst()
        .orElseThrow(() -> in.fault("state " + number + " is not known here"));
  }
}
