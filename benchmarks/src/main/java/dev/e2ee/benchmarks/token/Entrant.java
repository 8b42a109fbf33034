package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.result.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Who works in the token.
 *
 * @param jdk the release that it runs on, or {@link Cell#NATIVE}
 * @param subject its name in the results
 * @param command the command that does a work
 */
record Entrant(String jdk, String subject, Function<TokenWork, List<String>> command) {
  /** The custody on this JVM. */
  static Entrant ours(Jvm jvm) {
    return java(jvm, TokenChild.E2EE);
  }

  private static Entrant java(Jvm jvm, String subject) {
    return new Entrant(jvm.release(), subject, work -> TokenChild.command(jvm, subject, work));
  }

  /** All of them: the custody and SunPKCS11 on each of these JVMs, and C. */
  static List<Entrant> all(List<Jvm> jvms, CProgram c) {
    List<Entrant> all = new ArrayList<>();
    for (Jvm jvm : jvms) {
      all.add(ours(jvm));
      all.add(java(jvm, TokenChild.SUN));
    }
    all.add(new Entrant(Cell.NATIVE, CProgram.SUBJECT, c::command));
    return all;
  }

  boolean isOurs() {
    return subject.equals(TokenChild.E2EE);
  }

  /** For messages. */
  String name() {
    return jdk.equals(Cell.NATIVE) ? subject : "JDK " + jdk + " " + subject;
  }
}
