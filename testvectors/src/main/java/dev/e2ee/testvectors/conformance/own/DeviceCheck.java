package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.device.DeviceWrapCore;
import dev.e2ee.internal.device.DeviceWrapMessage;
import dev.e2ee.internal.device.KeysInMemory;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** Public keys of devices, device wraps and the handshake. */
public final class DeviceCheck implements Check {
  private final JoinCheck joins = new JoinCheck();

  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    Engine engine = subject.engine();
    switch (v.type()) {
      case "DevicePublicKeys" -> {
        byte[] encoded = v.hex("publicKeys");
        Compare.same("encoding", encoded, DevicePublicKeys.decode(encoded).encode());
      }
      case "DeviceWrap" -> unwrap(engine, v);
      case "DeviceJoin" -> joins.run(subject, v);
      default -> throw new IllegalArgumentException("no such group here: " + v.type());
    }
    return null;
  }

  private static void unwrap(Engine engine, TestVector v)
      throws GeneralSecurityException, WrongResultException {
    VectorDevice target = VectorDevice.of(v.group().required("keys").required("target"));
    VectorDevice approver = VectorDevice.of(v.group().required("keys").required("approver"));
    DeviceWrapCore core = new DeviceWrapCore(engine, v.text("userId"));
    try {
      DeviceWrapMessage message = DeviceWrapMessage.parse(v.hex("wrap"));
      try (SecretBytes umk =
          core.unwrap(
              message,
              KeysInMemory.agreement(engine, target.agreement()),
              target.keys(),
              approver.keys())) {
        if (v.isValid()) {
          Compare.same("UMK", v.hex("umk"), umk.copy());
          Compare.same("id", v.text("keyId"), HexFormat.of().formatHex(message.keyId().toBytes()));
          Compare.same("generation", v.number("generation"), message.generation());
        }
      }
    } catch (GeneralSecurityException e) {
      String kind = e.getClass().getSimpleName();
      kind = e instanceof MalformedMessageException ? "malformed" : kind;
      kind = e instanceof AEADBadTagException ? "not-authentic" : kind;
      Compare.refusal(v, kind);
      throw e;
    }
  }
}
