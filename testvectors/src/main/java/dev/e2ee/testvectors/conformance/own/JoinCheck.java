package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.device.DeviceApproval;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DeviceJoin;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.device.JoinState;
import dev.e2ee.internal.device.JoinState.Side;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handshake between devices: both sides go on from a state with the file's nonces, as if it had
 * been saved, and are given the file's messages.
 */
final class JoinCheck implements Check {
  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    try (Envelope envelope = Envelope.with(UserMasterKey.of(new byte[32]), subject.e2ee())) {
      Handshake handshake = new Handshake(v, envelope, subject.e2ee());
      if (v.isValid()) {
        handshake.goThrough();
      } else {
        handshake.give(v.text("step"), v.hex("message"));
      }
      return null;
    } catch (GeneralSecurityException e) {
      String kind = e instanceof MalformedMessageException ? "malformed" : "refused";
      Compare.refusal(v, kind);
      throw e;
    }
  }

  private static final class Handshake {
    private final TestVector v;
    private final Envelope envelope;
    private final DeviceIdentity newDevice;
    private final DeviceIdentity approver;

    Handshake(TestVector v, Envelope envelope, E2eeProvider provider)
        throws GeneralSecurityException {
      this.v = v;
      this.envelope = envelope;
      this.newDevice = identity("newDevice", provider);
      this.approver = identity("approver", provider);
    }

    private DeviceIdentity identity(String name, E2eeProvider provider)
        throws GeneralSecurityException {
      return VectorDevice.of(v.group().required("keys").required(name)).identity(provider);
    }

    private byte[] state(Side side, DeviceIdentity own, String nonce, List<byte[]> messages)
        throws GeneralSecurityException {
      return new JoinState(side, v.text("userId"), v.hex(nonce), false, messages)
          .seal(envelope, own.publicKeys().deviceId());
    }

    private DeviceJoin join() throws GeneralSecurityException {
      byte[] saved = state(Side.NEW_DEVICE, newDevice, "nonceN", List.of(v.hex("request")));
      return DeviceJoin.resume(newDevice, new DeviceRegistry(), envelope, saved);
    }

    /** One that has taken the offer, and whose person has confirmed. */
    private DeviceJoin confirmed() throws GeneralSecurityException {
      DeviceJoin join = join();
      join.receive(v.hex("offer"));
      join.confirm(join.fingerprint().toString());
      return join;
    }

    private DeviceApproval approval() throws GeneralSecurityException {
      List<byte[]> messages = List.of(v.hex("request"), v.hex("offer"));
      byte[] saved = state(Side.APPROVER, approver, "nonceA", messages);
      return DeviceApproval.resume(approver, new DeviceRegistry(), envelope, saved);
    }

    /** Gives the message to the side whose turn it is. */
    void give(String step, byte[] message) throws GeneralSecurityException {
      switch (step) {
        case "offer" -> join().receive(message);
        case "reveal" -> approval().receive(message);
        case "approval" -> confirmed().finish(message);
        default -> throw new IllegalArgumentException("no step of a handshake: " + step);
      }
    }

    void goThrough() throws GeneralSecurityException, WrongResultException {
      Compare.same("request", v.hex("request"), join().request());
      DeviceApproval approval = approval();
      approval.receive(v.hex("reveal"));
      Compare.same("fingerprint", v.text("fingerprint"), approval.fingerprint().toString());
      DeviceJoin join = confirmed();
      Compare.same("fingerprint", v.text("fingerprint"), join.fingerprint().toString());
      Compare.same("UMK", v.hex("umk"), join.finish(v.hex("approval")).umk().getEncoded());
    }
  }
}
