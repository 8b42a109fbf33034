package dev.e2ee.invite;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.spi.NotApprovedException;
import java.time.Duration;

/**
 * A program that is started in the FIPS profile, with a code; it prints a line for each attempt.
 */
public final class InviteFipsChild {
  private InviteFipsChild() {}

  /** Takes the code of an invite. */
  public static void main(String[] arguments) throws InvalidInviteCodeException {
    DeviceIdentity device =
        DeviceIdentity.generate("laptop", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
    InviteCode code = InviteCode.parse(arguments[0].toCharArray());
    attempt("create", () -> Invite.createInvite(device, Duration.ofHours(1)));
    attempt("accept", () -> InviteAcceptance.acceptInvite(device, code));
  }

  private interface Attempt {
    Object run();
  }

  private static void attempt(String what, Attempt attempt) {
    try {
      System.out.println(what + ": " + attempt.run());
    } catch (NotApprovedException e) {
      System.out.println(what + ": refused, " + e.getMessage());
    }
  }
}
