package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.custody.tck.internal.peer.HeapSearch;
import dev.e2ee.custody.tck.internal.peer.KilledWriter;
import dev.e2ee.custody.tck.internal.peer.Peer;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Other processes with the same store. */
final class ProcessPoints {
  private static final Set<Fault> NEEDS = Set.of(Fault.SECOND_PROCESS);

  /** So often both may step back from each other. */
  private static final int MOST_DRAWS = 20;

  private ProcessPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Other processes");
    return List.of(
        topic.point(
            "two-processes",
            "Of two processes that make one name one wins; the other gets CONFLICT",
            NEEDS,
            ProcessPoints::race),
        topic.point(
            "killed-writer",
            "A process that is killed while it writes loses nothing that it had acknowledged",
            NEEDS,
            ProcessPoints::killed),
        topic.point(
            "heap-dump",
            "After lock() a dump of the heap has none of the canaries that it was searched for: a"
                + " DEK, a UMK that was brought in, the secret",
            NEEDS,
            ProcessPoints::heap));
  }

  private static String race(Ground ground) throws IOException {
    int rounds = ground.effort().races();
    int draws = 0;
    try (Peer one = ground.peer("race");
        Peer two = ground.peer("race")) {
      for (int round = 0; round < rounds; round++) {
        String name = ground.name("race-" + round);
        int before = draws;
        while (!decided(one, two, name)) {
          draws++;
          Check.that(
              draws - before < MOST_DRAWS,
              "two processes refuse each other a name for " + MOST_DRAWS + " times");
        }
        KeyCustody custody = ground.unlocked();
        List<KeyDescription> made =
            custody.list().stream().filter(key -> key.name().equals(name)).toList();
        Check.equal(1, made.size(), "the number of keys that two processes made as one name");
        custody.find(name);
        custody.close();
      }
    }
    return rounds + " names" + (draws == 0 ? "" : "; both stepped back " + draws + " times");
  }

  /** Whether one of them has won; both may step back. */
  private static boolean decided(Peer one, Peer two, String name) throws IOException {
    Check.equal("READY", one.hear(), "what the one process says");
    Check.equal("READY", two.hear(), "what the other process says");
    one.tell(name);
    two.tell(name);
    List<String> said = List.of(one.hear(), two.hear());
    long winners = said.stream().filter(line -> line.startsWith("DONE ")).count();
    Check.that(winners < 2, () -> "two processes both made the name: " + said);
    for (String line : said) {
      Check.that(
          line.startsWith("DONE ") || line.startsWith("CONFLICT "),
          () -> "a process that makes a name beside another one answers " + line);
    }
    return winners == 1;
  }

  private static String killed(Ground ground) throws IOException, InterruptedException {
    int acknowledged = 0;
    int kills = ground.effort().kills();
    for (int i = 0; i < kills; i++) {
      acknowledged += new KilledWriter(ground, "killed-" + i + "-").run(i);
    }
    return kills + " kills, " + acknowledged + " acknowledged changes";
  }

  private static String heap(Ground ground) throws IOException {
    return new HeapSearch(ground).run();
  }
}
