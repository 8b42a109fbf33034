package dev.e2ee.benchmarks.process;

import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.result.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes the keys of the programs, and the programs that use them. */
final class Contestants {
  private static final String HEX = "0123456789abcdef";
  private static final List<String> RECORD =
      List.of("--user", "ann", "--type", "file", "--id", "report");

  private final String e2ee;
  private final Workplace workplace;
  private final TimedProcess processes;

  /**
   * In this workplace.
   *
   * @param e2ee the command line's launcher
   */
  Contestants(Path e2ee, Workplace workplace, TimedProcess processes) {
    this.e2ee = e2ee.toString();
    this.workplace = workplace;
    this.processes = processes;
  }

  /** All of them: ours and bare ciphers on each of these JVMs, and the native ones. */
  List<Contestant> all(List<Jvm> jvms)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    List<String> raw = rawSlot();
    List<String> passphrase = passphraseSlot();
    List<Contestant> all = new ArrayList<>();
    for (Jvm jvm : jvms) {
      all.add(ours("e2ee", jvm, raw, Map.of()));
      all.add(ours("e2ee-passphrase", jvm, passphrase, Map.of()));
      all.add(naive("cipher-stream", jvm, "stream"));
      all.add(naive("cipher-whole", jvm, "whole"));
    }
    all.add(age());
    all.add(openssl());
    return all;
  }

  /** Ours in a heap of 64 MiB. */
  Contestant inSmallHeap(Jvm jvm)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    return ours("e2ee", jvm, rawSlot(), Map.of("E2EE_JAVA_OPTS", "-Xmx64m"));
  }

  private void run(String... command)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    processes.run(List.of(command), Map.of());
  }

  /** A key file that its slot key opens, without Argon2id: age's identity file has none either. */
  private List<String> rawSlot()
      throws IOException, InterruptedException, TimedProcess.FailedException {
    Path keys = workplace.file("raw.e2ee");
    if (!Files.exists(keys)) {
      run(e2ee, "init", "--raw", "--keys", keys.toString(), "--audit", audit());
    }
    return List.of("--keys", keys.toString());
  }

  private List<String> passphraseSlot()
      throws IOException, InterruptedException, TimedProcess.FailedException {
    Path keys = workplace.file("passphrase.e2ee");
    Path secret = workplace.file("passphrase");
    Files.createFile(
        secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(secret, "a passphrase for benchmarks\n");
    List<String> options =
        List.of("--keys", keys.toString(), "--passphrase-file", secret.toString());
    run(joined(List.of(e2ee, "init", "--audit", audit()), options).toArray(String[]::new));
    return options;
  }

  private String audit() {
    return workplace.file("audit.jsonl").toString();
  }

  private Contestant ours(
      String subject, Jvm jvm, List<String> keys, Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("JAVA_HOME", jvm.home().toString());
    List<String> options = joined(keys, RECORD);
    return new Contestant(
        jvm.release(),
        subject,
        true,
        environment,
        (in, out) -> joined(List.of(e2ee, "seal", in.toString(), "-o", out.toString()), options),
        (in, out) -> joined(List.of(e2ee, "open", in.toString(), "-o", out.toString()), options));
  }

  private static Contestant naive(String subject, Jvm jvm, String way) {
    List<String> java =
        List.of(
            jvm.java().toString(),
            "-XX:MaxRAMPercentage=50",
            "-cp",
            ClassPath.of(NaiveFile.class),
            NaiveFile.class.getName());
    return new Contestant(
        jvm.release(),
        subject,
        true,
        Map.of(),
        (in, out) -> joined(java, List.of("seal", way, in.toString(), out.toString())),
        (in, out) -> joined(java, List.of("open", way, in.toString(), out.toString())));
  }

  private Contestant age() throws IOException, InterruptedException, TimedProcess.FailedException {
    String identity = workplace.file("age.txt").toString();
    run("age-keygen", "-o", identity);
    String recipient = Machine.firstLine("age-keygen", "-y", identity);
    return new Contestant(
        Cell.NATIVE,
        "age",
        true,
        Map.of(),
        (in, out) -> List.of("age", "-r", recipient, "-o", out.toString(), in.toString()),
        (in, out) -> List.of("age", "-d", "-i", identity, "-o", out.toString(), in.toString()));
  }

  /**
   * {@code openssl enc} refuses GCM; its counter mode is the same cipher without authentication.
   */
  private static Contestant openssl() {
    List<String> command =
        List.of("openssl", "enc", "-aes-256-ctr", "-K", HEX.repeat(4), "-iv", HEX.repeat(2));
    return new Contestant(
        Cell.NATIVE,
        "openssl-enc-ctr",
        false,
        Map.of(),
        (in, out) -> joined(command, List.of("-in", in.toString(), "-out", out.toString())),
        (in, out) -> joined(command, List.of("-d", "-in", in.toString(), "-out", out.toString())));
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
