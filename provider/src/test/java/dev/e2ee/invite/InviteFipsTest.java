package dev.e2ee.invite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invites in the FIPS profile, which a JVM has from its start: {@link InviteFipsChild}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class InviteFipsTest {
  @TempDir Path folder;

  @Test
  void bothSidesAreRefusedWithTheAlternative() throws Exception {
    try (DeviceIdentity device =
            DeviceIdentity.generate("x", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
        Invite invite = Invite.createInvite(device, Duration.ofHours(1));
        InviteCode code = invite.code()) {
      Path output = folder.resolve("output");
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-De2ee.engine=fips",
              "-Dorg.bouncycastle.fips.approved_only=true",
              "-cp",
              System.getProperty("java.class.path"),
              InviteFipsChild.class.getName(),
              new String(code.text()));
      int exit =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      String refused =
          "refused, an invite, which is a key exchange on X25519, is not approved in the FIPS"
              + " profile: take the handshake of two devices with P-256 (DeviceJoin and"
              + " DeviceApproval)\n";
      String said = Files.readString(output);
      assertEquals(0, exit, said);
      assertEquals("create: " + refused + "accept: " + refused, said);
    }
  }
}
