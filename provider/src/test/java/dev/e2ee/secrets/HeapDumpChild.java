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

/** A JVM that seals and opens, closes its key, and dumps its heap for the parent to search. */
public final class HeapDumpChild {
  private HeapDumpChild() {}

  /** With the folder to write to. */
  public static void main(String[] arguments) throws GeneralSecurityException, IOException {
    Path folder = Path.of(arguments[0]);
    work(folder);
    HotSpotDiagnosticMXBean diagnostics =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    diagnostics.dumpHeap(folder.resolve("all.hprof").toString(), false);
    diagnostics.dumpHeap(folder.resolve("live.hprof").toString(), true);
  }

  private static void work(Path folder) throws GeneralSecurityException, IOException {
    E2eeProvider provider = new E2eeProvider();
    UserMasterKey umk =
        (UserMasterKey) KeyGenerator.getInstance("E2EE-UMK", provider).generateKey();
    byte[] copy = umk.getEncoded();
    Files.write(folder.resolve("umk"), copy);
    Arrays.fill(copy, (byte) 0);
    byte[] record;
    byte[] file;
    try (Envelope envelope = Envelope.with(umk, provider).withParallelism(2)) {
      record = envelope.seal(ReferenceEnvelope.random(100), Sample.context());
      Arrays.fill(envelope.open(record, Sample.context()), (byte) 0);
      file = envelope.seal(ReferenceEnvelope.random(300_000), Sample.context());
      envelope
          .opening(new ByteArrayInputStream(file), Sample.context())
          .transferTo(OutputStream.nullOutputStream());
    }
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", provider);
    cipher.init(Cipher.DECRYPT_MODE, umk, Sample.spec());
    Arrays.fill(cipher.doFinal(record), (byte) 0);
    Arrays.fill(cipher.doFinal(file), (byte) 0);
    umk.close();
    Files.write(folder.resolve("record"), record);
    Files.write(folder.resolve("file"), file);
  }
}
