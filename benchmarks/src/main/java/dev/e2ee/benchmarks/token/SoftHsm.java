package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.process.KeptProcess;
import dev.e2ee.benchmarks.process.TimedProcess;
import dev.e2ee.benchmarks.process.Workplace;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A SoftHSM token in a directory of its own, with a key for each of the two ways of wrapping. */
final class SoftHsm {
  /** The token's label. */
  static final String LABEL = "bench";

  private static final String PIN = "1234";
  private static final List<Path> MODULES =
      List.of(
          Path.of("/usr/lib/softhsm/libsofthsm2.so"), Path.of("/usr/lib64/softhsm/libsofthsm2.so"));
  private static final Pattern SLOT = Pattern.compile("reassigned to slot (\\d+)");

  private final TimedProcess processes;
  private final Path complete;
  private final Path withoutGcm;
  private final Token token;

  /** A module and the slot in which it has the token. */
  record Token(Path module, long slot) {
    static Token parse(String module, String slot) {
      return new Token(Path.of(module), Long.parseLong(slot));
    }
  }

  /** Makes the token in this workplace. */
  SoftHsm(Workplace workplace, TimedProcess processes)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    this.processes = processes;
    Path tokens = Files.createDirectory(workplace.file("tokens"));
    String conf = "directories.tokendir = " + tokens + "\nlog.level = ERROR\n";
    this.complete = Files.writeString(workplace.file("softhsm2.conf"), conf);
    this.withoutGcm =
        Files.writeString(
            workplace.file("without-gcm.conf"),
            conf + "slots.mechanisms = CKM_GENERIC_SECRET_KEY_GEN,CKM_SHA256_HMAC\n");
    String made =
        run(
            List.of(
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                LABEL,
                "--pin",
                PIN,
                "--so-pin",
                PIN));
    Matcher slot = SLOT.matcher(made);
    if (!slot.find()) {
      throw new IOException("softhsm2-util does not tell the slot: " + made);
    }
    this.token = new Token(module(), Long.parseLong(slot.group(1)));
  }

  /** The first module that is installed. */
  static Path module() throws IOException {
    return MODULES.stream()
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new IOException("SoftHSM is missing; on Debian: apt install softhsm2"));
  }

  Token token() {
    return token;
  }

  /** Runs a program that uses the token. */
  String run(List<String> command)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    return run(command, complete);
  }

  private String run(List<String> command, Path conf)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    return processes.run(command, environment(conf)).output().strip();
  }

  private static Map<String, String> environment(Path conf) {
    return Map.of("SOFTHSM2_CONF", conf.toString(), "PIN", PIN);
  }

  /** Starts a program that uses the token and is told when to. */
  KeptProcess start(List<String> command) throws IOException {
    return KeptProcess.start(command, environment(complete));
  }

  /** A key that wraps by AES-GCM in the token: wrapAlg 1. */
  KeyId gcmKey(Jvm jvm) throws IOException, InterruptedException, TimedProcess.FailedException {
    return KeyId.parse(run(TokenChild.generates(jvm, token, "gcm"), complete));
  }

  /**
   * A key that wraps by HMAC in the token, which it is made for where GCM is refused: wrapAlg 2.
   */
  KeyId hmacKey(Jvm jvm) throws IOException, InterruptedException, TimedProcess.FailedException {
    return KeyId.parse(run(TokenChild.generates(jvm, token, "hmac"), withoutGcm));
  }
}
