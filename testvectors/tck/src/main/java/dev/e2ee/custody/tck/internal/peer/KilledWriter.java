package dev.e2ee.custody.tck.internal.peer;

import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that makes, rotates and brings in keys until it is killed, and what it leaves. */
public final class KilledWriter {
  private static final byte[] AAD = {PeerMain.DEK_BYTE};

  private final Ground ground;
  private final String word;
  private final Map<String, List<Generation>> acknowledged = new LinkedHashMap<>();
  private int count;

  private record Generation(KeyId id, String wrapped) {}

  /** Whose keys' names begin with this word. */
  public KilledWriter(Ground ground, String word) {
    this.ground = ground;
    this.word = word;
  }

  /**
   * Kills it at a moment that depends on the number, and checks the store.
   *
   * @return how many changes it had acknowledged
   */
  public int run(int number) throws IOException, InterruptedException {
    List<String> said = new ArrayList<>();
    try (Peer peer = ground.peer("write")) {
      peer.tell(ground.name(word));
      Check.equal("READY", peer.hear(), "what the writing process says");
      for (int lines = 0; lines < 2 + number % 5; lines++) {
        said.add(peer.hear());
      }
      TimeUnit.MICROSECONDS.sleep(1 + number * 7919L % 40_000);
      peer.kill();
      said.addAll(peer.rest());
    }
    read(said);
    check(said.get(said.size() - 1));
    return count;
  }

  private void read(List<String> said) {
    for (String line : said) {
      String[] words = line.split(" ", -1);
      if (words.length == 4 && (words[0].equals("G") || words[0].equals("R"))) {
        acknowledged
            .computeIfAbsent(words[1], name -> new ArrayList<>())
            .add(new Generation(KeyId.parse(words[2]), words[3]));
        count++;
      }
    }
  }

  private void check(String last) {
    String[] words = last.split(" ", -1);
    String inFlight = last.matches("[gr] .*") && words.length == 2 ? words[1] : "";
    KeyCustody custody = ground.unlocked();
    for (Map.Entry<String, List<Generation>> name : acknowledged.entrySet()) {
      boolean open = name.getKey().equals(inFlight);
      checkName(custody, name.getKey(), name.getValue(), open);
    }
    if (!inFlight.isEmpty() && !acknowledged.containsKey(inFlight)) {
      checkName(custody, inFlight, List.of(), true);
    }
    goesOn(custody, inFlight);
    custody.close();
  }

  /** What was acknowledged is in use; what was in flight is there or not. */
  private static void checkName(
      KeyCustody custody, String name, List<Generation> generations, boolean open) {
    for (Generation generation : generations) {
      CustodyKey key = custody.find(generation.id);
      Check.equal(name, key.description().name(), "the name of an acknowledged key");
      Check.that(
          EnumSet.of(KeyState.PRIMARY, KeyState.OLD).contains(key.description().state()),
          () -> "an acknowledged key is " + key.description().state());
      byte[] bytes = new byte[32];
      Arrays.fill(bytes, (byte) PeerMain.DEK_BYTE);
      try (SecretBytes dek = SecretBytes.adopt(bytes)) {
        byte[] wrapped = HexFormat.of().parseHex(generation.wrapped);
        Check.opens(Check.wrapOf(key), wrapped, AAD, dek, "a wrap under an acknowledged key");
      }
    }
    List<KeyDescription> all =
        custody.list().stream().filter(key -> key.name().equals(name)).toList();
    long used = all.stream().filter(key -> key.state() != KeyState.PENDING).count();
    int known = generations.size();
    Check.that(
        used == known || (open && used == known + 1),
        () -> name + " has " + used + " generations, and " + known + " were acknowledged");
    Check.that(
        all.stream().filter(key -> key.state() == KeyState.PRIMARY).count() <= 1,
        () -> name + " has two generations in use: " + all);
    if (known > 0) {
      KeyId primary = custody.find(name).id();
      Check.that(
          used > known || primary.equals(generations.get(known - 1).id),
          () -> "the generation of " + name + " in use is not the one acknowledged last");
    }
  }

  /** The store takes changes; of the name that was in flight it may say that it is not ready. */
  private void goesOn(KeyCustody custody, String inFlight) {
    ground.umk(custody, word + "after");
    custody.rotate(ground.name(word + "after"));
    if (acknowledged.containsKey(inFlight)) {
      try {
        custody.rotate(inFlight);
      } catch (CustodyException e) {
        Check.among(EnumSet.of(Kind.CONFLICT), "rotating what a killed process rotated", e);
      }
    }
  }
}
