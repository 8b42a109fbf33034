package dev.e2ee.testvectors.hostile;

import java.util.List;
import java.util.Map;

/** What a server tries on one part of the product. */
interface Attacks extends AutoCloseable {
  List<Attack> attacks() throws Exception;

  /** Rows of the list of threats that a server cannot try here, each with the reason. */
  default Map<Integer, String> notHere() {
    return Map.of();
  }

  @Override
  void close();
}
