package dev.e2ee.custody.tck.internal.peer;

import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks for canaries in the heap of another process. A key is found by its first half, which stands
 * at the start of the key and of the round keys that AES makes of it.
 */
public final class HeapSearch {
  private static final int HALF = 16;

  private static final int SHORTEST = 6;

  private final Ground ground;

  /** On a ground. */
  public HeapSearch(Ground ground) {
    this.ground = ground;
  }

  /** Searches, and says for what, and for what not. */
  public String run() throws IOException {
    Path folder = Files.createTempDirectory("e2ee-tck-heap-");
    try {
      try (Peer peer = ground.peer("dump")) {
        peer.tell(folder.toString());
        peer.tell(ground.name("heap"));
        Check.equal("END", peer.hear(), "what the process that dumps its heap says");
      }
      return search(folder);
    } finally {
      remove(folder);
    }
  }

  private String search(Path folder) throws IOException {
    byte[] heap = Files.readAllBytes(folder.resolve("live.hprof"));
    Check.that(
        count(heap, PeerMain.class.getName().replace('.', '/').getBytes(StandardCharsets.UTF_8))
            > 0,
        "the dump of the heap is none");
    List<String> searched = new ArrayList<>();
    List<String> not = new ArrayList<>();
    for (String canary : List.of("DEK", "UMK")) {
      Path file = folder.resolve(canary);
      if (Files.exists(file)) {
        requireNone(heap, Arrays.copyOf(Files.readAllBytes(file), HALF), "a " + canary);
        searched.add("a " + canary);
      } else {
        not.add("a " + canary + ": the store takes none in");
      }
    }
    String secret = String.valueOf(ground.store().secret());
    if (secret.isEmpty()) {
      not.add("the secret: the TCK was given none");
    } else if (secret.length() < SHORTEST || secret.matches("[0-9]*")) {
      not.add(
          "the secret: one of digits only, or of less than "
              + SHORTEST
              + " characters, may be there by chance");
    } else {
      for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE)) {
        requireNone(heap, secret.getBytes(charset), "the store's secret (" + charset + ")");
      }
      searched.add("the secret");
    }
    String text =
        "searched for " + String.join(", ", searched) + " in " + heap.length / 1024 + " KiB";
    return not.isEmpty() ? text : text + "; not for " + String.join(", nor for ", not);
  }

  private static void requireNone(byte[] heap, byte[] canary, String what) {
    int found = count(heap, canary);
    Check.that(
        found == 0, () -> what + " is reachable after lock(): " + found + " times in the heap");
  }

  private static int count(byte[] heap, byte[] canary) {
    int found = 0;
    for (int i = 0; i + canary.length <= heap.length; i++) {
      if (heap[i] == canary[0]
          && Arrays.equals(heap, i, i + canary.length, canary, 0, canary.length)) {
        found++;
      }
    }
    return found;
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
