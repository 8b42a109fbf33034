package dev.e2ee.invite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.Suite;
import dev.e2ee.internal.invite.InviteSecret;
import dev.e2ee.internal.invite.InviteState;
import dev.e2ee.internal.invite.InviteState.Side;
import dev.e2ee.testing.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invites in the FIPS profile, which a JVM has from its start: {@link InviteFipsChild}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class InviteFipsTest {
  private static final String REFUSED =
      ": refused, an invite, which is a key exchange on X25519, is not approved in the FIPS"
          + " profile: take the handshake of two devices with P-256 (DeviceJoin and"
          + " DeviceApproval)\n";

  @TempDir Path folder;

  /** What was begun before the profile is refused as well. */
  @Test
  void bothSidesAreRefusedWithTheAlternativeAndLeaveNoSecret() throws Exception {
    try (DeviceIdentity laptop = device("laptop");
        DeviceIdentity phone = device("phone");
        Envelope envelope = Envelope.with(Sample.umk()).withSuite(Suite.AES_256_GCM_CHUNKED);
        Invite invite = Invite.createInvite(laptop, Duration.ofHours(1));
        InviteCode code = invite.code();
        InviteAcceptance acceptance = InviteAcceptance.acceptInvite(phone, code)) {
      byte[] accepted = acceptance.save(envelope);
      invite.receive(acceptance.request());
      byte[] taken = invite.save(envelope);
      Files.write(folder.resolve("acceptance"), accepted);
      Files.write(folder.resolve("invite"), taken);
      assertEquals(
          String.join(
              REFUSED, "create", "accept", "resume", "resume accepting", "collections: 0\n"),
          said(new String(code.text())));
      byte[] heap = Files.readAllBytes(folder.resolve("all.hprof"));
      assertTrue(count(heap, InviteFipsChild.garbage()) > 0, "garbage is seen");
      byte[] secret = Arrays.copyOf(code.secret().bytes(), InviteSecret.SECRET);
      assertEquals(0, count(heap, secret), "the code's secret");
      assertEquals(0, count(heap, ephemeral(Side.INVITER, taken, envelope, laptop)), "inviter's");
      assertEquals(
          0, count(heap, ephemeral(Side.ACCEPTER, accepted, envelope, phone)), "accepter's");
    }
  }

  private static DeviceIdentity device(String id) {
    return DeviceIdentity.generate(id, AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
  }

  private static byte[] ephemeral(Side side, byte[] saved, Envelope envelope, DeviceIdentity device)
      throws GeneralSecurityException {
    try (InviteState state =
        InviteState.open(side, saved, envelope, device.publicKeys().deviceId())) {
      return Objects.requireNonNull(state.ephemeral()).copy();
    }
  }

  /** Memory enough to need no collection, which would hide garbage. */
  private String said(String code) throws Exception {
    Path output = folder.resolve("output");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-De2ee.engine=fips",
            "-Dorg.bouncycastle.fips.approved_only=true",
            "-XX:+UseG1GC",
            "-Xms512m",
            "-Xmx512m",
            "-Xmn448m",
            "-XX:MetaspaceSize=128m",
            "-cp",
            System.getProperty("java.class.path"),
            InviteFipsChild.class.getName(),
            code,
            folder.toString());
    Process child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(child.waitFor(2, TimeUnit.MINUTES), "the child hangs");
    } finally {
      child.destroyForcibly();
    }
    String said = Files.readString(output);
    assertEquals(0, child.exitValue(), said);
    return said;
  }

  private static int count(byte[] heap, byte[] secret) {
    int found = 0;
    for (int i = 0; i + secret.length <= heap.length; i++) {
      found += Arrays.equals(heap, i, i + secret.length, secret, 0, secret.length) ? 1 : 0;
    }
    return found;
  }
}
