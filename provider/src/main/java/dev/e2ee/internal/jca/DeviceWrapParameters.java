package dev.e2ee.internal.jca;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceWrapParameterSpec;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.device.MessageReader;
import java.nio.ByteBuffer;

/** {@code AlgorithmParameters} {@code E2EE-DeviceWrap}: user id and approver, nothing secret. */
public final class DeviceWrapParameters extends Parameters<DeviceWrapParameterSpec> {
  private static final int VERSION = 1;

  /** For the service table. */
  public DeviceWrapParameters() {
    super(DeviceWrapParameterSpec.class);
  }

  @Override
  byte[] encode(DeviceWrapParameterSpec spec) {
    byte[] userId = spec.userId().getBytes(UTF_8);
    byte[] approver = spec.approver().encode();
    return ByteBuffer.allocate(3 + userId.length + approver.length)
        .put((byte) VERSION)
        .putShort((short) userId.length)
        .put(userId)
        .put(approver)
        .array();
  }

  @Override
  DeviceWrapParameterSpec decode(ByteBuffer in) {
    // [device-13]
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    try {
      MessageReader reader = new MessageReader("device wrap's parameters", bytes);
      reader.expect(VERSION, "version");
      String userId = reader.identifier("user id");
      return DeviceWrapParameterSpec.from(DevicePublicKeys.decode(reader.rest()), userId);
    } catch (MalformedMessageException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
