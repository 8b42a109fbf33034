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

  /** A secret that is shorter, or all digits, may be there by chance. */
  private static final int SHORTEST = 6;

  private final Ground ground;

  /** On a ground. */
  public HeapSearch(Ground ground) {
    this.ground = ground;
  }

  /** Searches, and says for what. */
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
    for (String canary : List.of("DEK", "UMK")) {
      Path file = folder.resolve(canary);
      if (Files.exists(file)) {
        requireNone(heap, Arrays.copyOf(Files.readAllBytes(file), HALF), "a " + canary);
        searched.add("a " + canary);
      }
    }
    char[] secret = ground.store().secret();
    String text = String.valueOf(secret);
    if (text.length() >= SHORTEST && !text.matches("[0-9]*")) {
      for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE)) {
        requireNone(heap, text.getBytes(charset), "the store's secret (" + charset + ")");
      }
      searched.add("the secret");
    }
    return "searched for " + String.join(", ", searched) + " in " + heap.length / 1024 + " KiB";
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
