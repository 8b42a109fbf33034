package dev.e2ee.secrets;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;

/** A JVM that seals and opens, and dumps its heap for the parent to search. */
public final class HeapDumpChild {
  private static final E2eeProvider PROVIDER = new E2eeProvider();

  /** What a program keeps for its next record. */
  private static Object[] kept = {};

  /** How it works, and whether it is done. */
  enum Way {
    /** The envelopes and the key stay open. */
    ENVELOPE_OPEN,
    /** Both are closed. */
    ENVELOPE_CLOSED,
    /** The key is closed; a cipher cannot be closed, only let go. */
    CIPHER_DROPPED
  }

  private HeapDumpChild() {}

  /** With the folder to write to, and the way. */
  public static void main(String[] arguments) throws GeneralSecurityException, IOException {
    Path folder = Path.of(arguments[0]);
    work(folder, Way.valueOf(arguments[1]));
    HotSpotDiagnosticMXBean diagnostics =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    diagnostics.dumpHeap(folder.resolve("all.hprof").toString(), false);
    diagnostics.dumpHeap(folder.resolve("live.hprof").toString(), true);
    System.out.println("kept " + kept.length);
  }

  private static void work(Path folder, Way way) throws GeneralSecurityException, IOException {
    UserMasterKey umk =
        (UserMasterKey) KeyGenerator.getInstance("E2EE-UMK", PROVIDER).generateKey();
    byte[] copy = umk.getEncoded();
    Files.write(folder.resolve("umk"), copy);
    Arrays.fill(copy, (byte) 0);
    switch (way) {
      case ENVELOPE_OPEN -> kept = new Object[] {umk, envelope(folder, umk)};
      case ENVELOPE_CLOSED -> {
        envelope(folder, umk).close();
        umk.close();
      }
      case CIPHER_DROPPED -> {
        cipher(folder, umk);
        umk.close();
      }
    }
  }

  private static Envelope envelope(Path folder, UserMasterKey umk)
      throws GeneralSecurityException, IOException {
    Envelope envelope = Envelope.with(umk, PROVIDER).withParallelism(2);
    byte[] record = envelope.seal(ReferenceEnvelope.random(100), Sample.context());
    envelope.open(record, Sample.context());
    byte[] file = envelope.seal(ReferenceEnvelope.random(600_000), Sample.context());
    envelope
        .opening(new ByteArrayInputStream(file), Sample.context())
        .transferTo(OutputStream.nullOutputStream());
    envelope.open(file, Sample.context());
    Files.write(folder.resolve("record"), record);
    Files.write(folder.resolve("file"), file);
    return envelope;
  }

  private static void cipher(Path folder, UserMasterKey umk)
      throws GeneralSecurityException, IOException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", PROVIDER);
    for (String name : new String[] {"record", "file"}) {
      byte[] plaintext = ReferenceEnvelope.random(name.equals("file") ? 300_000 : 100);
      cipher.init(Cipher.ENCRYPT_MODE, umk, Sample.spec());
      byte[] sealed = cipher.doFinal(plaintext);
      cipher.init(Cipher.DECRYPT_MODE, umk, Sample.spec());
      cipher.doFinal(sealed);
      Files.write(folder.resolve(name), sealed);
    }
  }
}
