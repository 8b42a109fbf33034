package dev.e2ee.custody.pkcs11.internal.probe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Why a file cannot be loaded as a module: its head tells what it is and for which machine. */
final class ModuleImage {
  private static final int HEAD = 20;
  private static final int MAGIC = 0x7f454c46;
  private static final int SHARED = 3;

  /** The one function that every module has under its name, section 5.4. */
  private static final String ENTRY = "C_GetFunctionList";

  /** Numbers of the ELF format, field e_machine, and their names as Java's {@code os.arch}. */
  private static final Map<Integer, String> MACHINES =
      Map.of(
          3,
          "i386",
          20,
          "ppc",
          21,
          "ppc64",
          22,
          "s390x",
          40,
          "arm",
          62,
          "amd64",
          183,
          "aarch64",
          243,
          "riscv64",
          258,
          "loongarch64");

  private ModuleImage() {}

  /** What is wrong with it; empty when its head is as it should be, or this is not Linux. */
  static Optional<String> trouble(Path file) {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty();
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    } catch (IOException e) {
      return Optional.of("it cannot be read: " + e.getMessage());
    }
    ByteBuffer bytes = ByteBuffer.wrap(head);
    if (head.length < HEAD || bytes.getInt(0) != MAGIC) {
      return Optional.of("it is no shared library but another kind of file");
    }
    bytes.order(head[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (bytes.getShort(16) != SHARED) {
      return Optional.of("it is no shared library but a program or a part of one");
    }
    String here = System.getProperty("os.arch", "");
    String machine = MACHINES.getOrDefault((int) bytes.getShort(18), "another machine");
    if (!machine.equals(here) && !here.startsWith(machine)) {
      return Optional.of("it is built for " + machine + ", and this Java runs on " + here);
    }
    return names(file, ENTRY)
        ? Optional.empty()
        : Optional.of("it is a library without the function " + ENTRY + ", so no PKCS#11 module");
  }

  private static boolean names(Path file, String function) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(function);
    } catch (IOException e) {
      return true; // nothing is known against it
    }
  }
}
