package dev.e2ee.benchmarks.memory;

import dev.e2ee.benchmarks.implementation.Implementation;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lets a fresh JVM seal and open under a key that is known here, and looks into its memory. */
final class MemoryRun {
  /** The length of one more record of ours, long enough to have chunks. */
  static final int LONG = 300_000;

  private static final int KEY = 32;
  private static final long LIMIT_MINUTES = 2;

  private final Path java;
  private final Load load;

  /** On this {@code java}. */
  MemoryRun(Path java, Load load) {
    this.java = java;
    this.load = load;
  }

  /**
   * Runs one implementation.
   *
   * @param closes whether it closes what it can, and lets go of the rest
   * @return what was found of each kind of key that was in use
   */
  Map<KeyKind, Observation> run(Implementation which, boolean closes)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path folder = Files.createTempDirectory("e2ee-memory-");
    try {
      return run(which, closes, folder);
    } finally {
      delete(folder);
    }
  }

  private Map<KeyKind, Observation> run(Implementation which, boolean closes, Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    byte[] masterKey = new byte[KEY];
    new SecureRandom().nextBytes(masterKey);
    Files.write(folder.resolve("key"), masterKey);
    int length = isOurs(which) ? LONG : 0;
    Process child =
        start(MemoryChild.arguments(folder, which.id(), closes, load.records(), length));
    CompletableFuture.delayedExecutor(LIMIT_MINUTES, TimeUnit.MINUTES)
        .execute(child::destroyForcibly);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      require("ready", out, folder);
      List<KnownKey> keys = keys(which, masterKey, folder);
      KeySearch search = new KeySearch(keys);
      Map<KeyKind, Integer> process = ProcessMemory.search(child.pid(), search);
      child.getOutputStream().write('\n');
      child.getOutputStream().close();
      require("kept " + (closes ? 0 : 1), out, folder);
      return observations(keys, search, process, folder);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static boolean isOurs(Implementation which) {
    return which == Implementation.E2EE || which == Implementation.E2EE_CIPHER;
  }

  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.add("-XX:+UseG1GC");
    command.addAll(load.heap());
    command.addAll(List.of("-cp", classPath(), MemoryChild.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectError(Path.of(arguments.get(0), "errors").toFile())
        .start();
  }

  /** Without Conscrypt: Tink would compute with it, and this is about the JDK's engine. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("conscrypt"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void require(String line, BufferedReader out, Path folder) throws IOException {
    if (!line.equals(out.readLine())) {
      throw new IOException("the process failed: " + Files.readString(folder.resolve("errors")));
    }
  }

  private List<KnownKey> keys(Implementation which, byte[] masterKey, Path folder)
      throws IOException, GeneralSecurityException {
    Unwrapping unwrapping = new Unwrapping(masterKey);
    List<KnownKey> keys = new ArrayList<>();
    for (int i = 0; i < load.records(); i++) {
      byte[] sealed = Files.readAllBytes(folder.resolve("record" + i));
      keys.add(new KnownKey(KeyKind.DEK, unwrapping.dek(which, sealed)));
    }
    if (isOurs(which)) {
      byte[] sealed = Files.readAllBytes(folder.resolve("long"));
      byte[] dek = unwrapping.dek(which, sealed);
      keys.add(new KnownKey(KeyKind.DEK, dek));
      keys.add(new KnownKey(KeyKind.CHUNK_KEY, Unwrapping.chunkKey(dek, sealed)));
    }
    keys.add(new KnownKey(KeyKind.MASTER_KEY, masterKey));
    return keys;
  }

  private static Map<KeyKind, Observation> observations(
      List<KnownKey> keys, KeySearch search, Map<KeyKind, Integer> process, Path folder)
      throws IOException {
    HeapDump all = HeapDump.search(folder.resolve("all.hprof"), search);
    HeapDump live = HeapDump.search(folder.resolve("live.hprof"), search);
    Map<KeyKind, Observation> observations = new EnumMap<>(KeyKind.class);
    for (KeyKind kind : keys.stream().map(KnownKey::kind).distinct().toList()) {
      observations.put(
          kind,
          new Observation(
              live.count(kind), all.count(kind), process.getOrDefault(kind, 0), all.holders(kind)));
    }
    return observations;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
