package dev.e2ee.testvectors.hostile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A server that keeps every version of everything that it was given, and forgets nothing. */
final class HostileServer {
  private final Map<String, List<byte[]>> kept = new LinkedHashMap<>();

  void put(String path, byte[] bytes) {
    kept.computeIfAbsent(path, p -> new ArrayList<>()).add(bytes.clone());
  }

  /** What an honest server would give. */
  byte[] newest(String path) {
    List<byte[]> versions = kept.get(path);
    return versions.get(versions.size() - 1).clone();
  }

  /** What it had once: 0 is the first. */
  byte[] version(String path, int number) {
    return kept.get(path).get(number).clone();
  }

  /** Whether these bytes stand in anything that it was ever given. */
  boolean hasSeen(byte[] secret) {
    return kept.values().stream().flatMap(List::stream).anyMatch(bytes -> holds(bytes, secret));
  }

  private static boolean holds(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      int i = 0;
      while (i < part.length && bytes[at + i] == part[i]) {
        i++;
      }
      if (i == part.length) {
        return true;
      }
    }
    return false;
  }

  /** Everything that it was ever given. */
  List<byte[]> everything() {
    return kept.values().stream().flatMap(List::stream).map(byte[]::clone).toList();
  }
}
