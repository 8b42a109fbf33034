package dev.e2ee.invite;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.testing.Sample;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;

/**
 * A program that is started in the FIPS profile, with a code, and what was saved of an invite and
 * an acceptance; it prints a line for each attempt, and how often garbage was collected meanwhile;
 * and dumps its heap, garbage included.
 */
public final class InviteFipsChild {
  private InviteFipsChild() {}

  /** Takes the code, and the folder of the rest. */
  public static void main(String[] arguments) throws GeneralSecurityException, IOException {
    Path folder = Path.of(arguments[1]);
    byte[] invite = Files.readAllBytes(folder.resolve("invite"));
    byte[] acceptance = Files.readAllBytes(folder.resolve("acceptance"));
    try (DeviceIdentity laptop = device("laptop");
        DeviceIdentity phone = device("phone");
        Envelope envelope = Envelope.with(Sample.umk());
        InviteCode code = InviteCode.parse(arguments[0].toCharArray())) {
      long before = collections();
      attempt("create", () -> Invite.createInvite(laptop, Duration.ofHours(1)));
      attempt("accept", () -> InviteAcceptance.acceptInvite(phone, code));
      attempt("resume", () -> Invite.resume(laptop, envelope, invite));
      attempt("resume accepting", () -> InviteAcceptance.resume(phone, envelope, acceptance));
      System.out.println("collections: " + (collections() - before));
    }
    int unused = garbage().length;
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(folder.resolve("all.hprof").toString(), false);
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /** 32 bytes that nobody holds any more when the heap is dumped, and which must be seen there. */
  static byte[] garbage() {
    byte[] garbage = new byte[32];
    for (int i = 0; i < garbage.length; i++) {
      garbage[i] = (byte) (0x51 + i);
    }
    return garbage;
  }

  private static DeviceIdentity device(String id) {
    return DeviceIdentity.generate(id, AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
  }

  private interface Attempt {
    Object run() throws GeneralSecurityException;
  }

  private static void attempt(String what, Attempt attempt) throws GeneralSecurityException {
    try {
      System.out.println(what + ": " + attempt.run());
    } catch (NotApprovedException e) {
      System.out.println(what + ": refused, " + e.getMessage());
    }
  }
}
