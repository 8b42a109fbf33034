package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyState;
import java.util.ArrayList;
import java.util.List;

/** Rotation, and what becomes of the older generations. */
final class GenerationPoints {
  private static final int COUNT = 4;
  private static final byte[] AAD = {2};

  private GenerationPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Generations");
    return List.of(
        topic.point(
            "rotation",
            "The newest generation wraps; each older one opens its own wraps and wraps no more",
            GenerationPoints::rotated),
        topic.point(
            "no-trial-decryption",
            "A generation opens what it has wrapped itself, and no other one is tried",
            GenerationPoints::noTrial),
        topic.point(
            "siblings",
            "A generation is found by its id, also from a key of the same name, and no other",
            GenerationPoints::siblings),
        topic.point(
            "retired",
            "A retired generation answers POLICY for good; one in use cannot be retired",
            GenerationPoints::retired));
  }

  /** Generations 1 to {@link #COUNT} of one name, and what each has wrapped while it was in use. */
  private record History(List<CustodyKey> keys, List<byte[]> wraps) {
    static History of(Ground ground, KeyCustody custody, String word, SecretBytes dek) {
      History history = new History(new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < COUNT; i++) {
        CustodyKey key = i == 0 ? ground.umk(custody, word) : custody.rotate(ground.name(word));
        history.keys.add(key);
        history.wraps.add(Check.wrapOf(key).wrap(dek, AAD));
      }
      return history;
    }

    CustodyKey newest() {
      return keys.get(COUNT - 1);
    }
  }

  private static String rotated(Ground ground) {
    KeyCustody custody = ground.unlocked();
    try (SecretBytes dek = Check.dek(1)) {
      History history = History.of(ground, custody, "rotated", dek);
      opensAll(custody, history, dek);
      KeyCustody again = ground.unlocked();
      opensAll(again, history, dek);
      Check.equal(
          history.newest().id(),
          again.find(ground.name("rotated")).id(),
          "the generation found by the name");
    }
    return COUNT + " generations";
  }

  private static void opensAll(KeyCustody custody, History history, SecretBytes dek) {
    for (int i = 0; i < COUNT; i++) {
      String what = "generation " + (i + 1) + " of " + COUNT;
      CustodyKey key = custody.find(history.keys.get(i).id());
      KeyDescription described = key.description();
      Check.equal(i + 1, described.generation(), "the number of " + what);
      KeyState state = i + 1 == COUNT ? KeyState.PRIMARY : KeyState.OLD;
      Check.equal(state, described.state(), "the state of " + what);
      Check.that(custody.list().contains(described), what + " is not listed as it says itself");
      Check.opens(Check.wrapOf(key), history.wraps.get(i), AAD, dek, "a wrap of " + what);
      if (state == KeyState.OLD) {
        Check.refused(
            Kind.POLICY, "wrapping under " + what, () -> Check.wrapOf(key).wrap(dek, AAD));
      }
    }
    Check.equal(
        COUNT,
        (int) history.keys.stream().map(CustodyKey::id).distinct().count(),
        "the number of ids of " + COUNT + " generations");
  }

  private static String noTrial(Ground ground) {
    KeyCustody custody = ground.unlocked();
    try (SecretBytes dek = Check.dek(1)) {
      History history = History.of(ground, custody, "trial", dek);
      for (int mine = 0; mine < COUNT; mine++) {
        for (int other = 0; other < COUNT; other++) {
          if (mine != other) {
            CustodyKey key = history.keys.get(mine);
            byte[] wrapped = history.wraps.get(other);
            Check.refused(
                Kind.INTEGRITY,
                "unwrapping under generation " + (mine + 1) + " what " + (other + 1) + " wrapped",
                () -> Check.wrapOf(key).unwrap(wrapped, AAD).close());
          }
        }
      }
    }
    return "";
  }

  private static String siblings(Ground ground) {
    KeyCustody custody = ground.unlocked();
    CustodyKey first = ground.umk(custody, "sibling");
    CustodyKey stranger = ground.umk(custody, "stranger");
    CustodyKey second = custody.rotate(ground.name("sibling"));
    Check.equal(first.id(), second.generation(first.id()).id(), "the older sibling");
    Check.equal(second.id(), first.generation(second.id()).id(), "the newer sibling");
    Check.equal(KeyState.OLD, first.description().state(), "the state by the older handle");
    Check.refused(
        Kind.MISSING,
        "taking a key of another name for a sibling",
        () -> second.generation(stranger.id()));
    return "";
  }

  private static String retired(Ground ground) {
    KeyCustody custody = ground.unlocked();
    try (SecretBytes dek = Check.dek(1)) {
      CustodyKey first = ground.umk(custody, "retired");
      byte[] wrapped = Check.wrapOf(first).wrap(dek, AAD);
      Check.refused(
          Kind.POLICY, "retiring the generation in use", () -> custody.retire(first.id()));
      Check.opens(Check.wrapOf(first), wrapped, AAD, dek, "a wrap of a key that was not retired");
      CustodyKey second = custody.rotate(ground.name("retired"));
      custody.retire(first.id());
      isRetired(first, wrapped, dek);
      KeyCustody again = ground.unlocked();
      isRetired(again.find(first.id()), wrapped, dek);
      Check.equal(second.id(), again.find(ground.name("retired")).id(), "the generation in use");
      byte[] now = Check.wrapOf(second).wrap(dek, AAD);
      Check.opens(Check.wrapOf(second), now, AAD, dek, "a wrap of the generation in use");
    }
    return "";
  }

  private static void isRetired(CustodyKey key, byte[] wrapped, SecretBytes dek) {
    Check.equal(KeyState.RETIRED, key.description().state(), "the state of a retired generation");
    Check.refused(
        Kind.POLICY,
        "unwrapping under a retired generation",
        () -> Check.wrapOf(key).unwrap(wrapped, AAD).close());
    Check.refused(
        Kind.POLICY, "wrapping under a retired generation", () -> Check.wrapOf(key).wrap(dek, AAD));
  }
}
