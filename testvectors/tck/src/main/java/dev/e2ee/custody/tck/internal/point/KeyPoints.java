package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.NotOffered;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.KeyedMac;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;

/** Making, finding, bringing in and taking out keys. */
final class KeyPoints {
  private KeyPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Keys");
    return List.of(
        topic.point(
            "generated-as-described",
            "A key is made as what it says it is, and is found as that in another opening",
            KeyPoints::generated),
        topic.point(
            "name-taken",
            "A name that is taken, or is none, is refused, and the key under it stays",
            KeyPoints::taken),
        topic.point(
            "failed-look-up-makes-nothing",
            "No key is made because none was found",
            KeyPoints::failedLookUp),
        topic.point(
            "capabilities-hold",
            "What the store says that it can do it does; the rest it refuses as UNSUPPORTED",
            KeyPoints::capabilities),
        topic.point(
            "import", "A raw key that is brought in is that key, once", KeyPoints::imported),
        topic.point(
            "export",
            "A key that is taken out comes back as what it was, in another store too",
            KeyPoints::exported));
  }

  private static String generated(Ground ground) {
    KeyCustody custody = ground.unlocked();
    Set<KeyId> before = Set.copyOf(custody.list().stream().map(KeyDescription::id).toList());
    CustodyKey key = ground.umk(custody, "records");
    KeyDescription made = key.description();
    Check.equal(ground.name("records"), made.name(), "the name of the new key");
    Check.equal(1, made.generation(), "its generation");
    Check.equal(KeyState.PRIMARY, made.state(), "its state");
    Check.equal(KeyKind.UMK, made.kind(), "its kind");
    Check.equal(
        made.created().truncatedTo(ChronoUnit.SECONDS),
        made.created(),
        "its creation time, to the second,");
    Check.that(key instanceof SecretKey, "a UMK is a javax.crypto.SecretKey");
    Check.that(!before.contains(made.id()), "the new key has the id of another one");
    Check.that(
        !ground.umk(custody, "others").id().equals(made.id()), "two new keys have the same id");
    isThere(custody, made);
    KeyCustody again = ground.unlocked();
    isThere(again, made);
    Check.that(
        again.list().stream().map(KeyDescription::id).toList().containsAll(before),
        "a key that was there before is gone");
    return "residency " + made.residency() + ", wrapAlg " + Check.wrapOf(key).wrapAlg();
  }

  private static void isThere(KeyCustody custody, KeyDescription made) {
    Check.equal(made, custody.find(made.name()).description(), "the key found by its name");
    Check.equal(made, custody.find(made.id()).description(), "the key found by its id");
    List<KeyDescription> listed =
        custody.list().stream().filter(one -> one.name().equals(made.name())).toList();
    Check.equal(List.of(made), listed, "what list() says of this name");
  }

  private static String taken(Ground ground) {
    KeyCustody custody = ground.unlocked();
    KeyDescription made = ground.umk(custody, "records").description();
    Check.refused(
        Kind.CONFLICT,
        "making a key under a name that is taken",
        () -> ground.umk(custody, "records"));
    isThere(custody, made);
    for (String bad : new String[] {"", "a/b", "../a", "a b", "\u00e4", "a".repeat(65)}) {
      Check.refused(
          Kind.POLICY,
          "making a key under the name '" + bad + "'",
          () -> custody.generate(bad, KeyKind.UMK));
    }
    String longest = ground.name("a".repeat(64 - ground.name("").length()));
    Check.equal(
        longest,
        custody.generate(longest, KeyKind.UMK).description().name(),
        "the name of 64 characters");
    return "";
  }

  private static String failedLookUp(Ground ground) {
    KeyCustody custody = ground.unlocked();
    List<KeyDescription> before = custody.list();
    String none = ground.name("none");
    KeyId random = randomId();
    for (int i = 0; i < 2; i++) {
      Check.refused(Kind.MISSING, "find(name) of no key", () -> custody.find(none));
      Check.refused(Kind.MISSING, "find(id) of no key", () -> custody.find(random));
      Check.refused(Kind.MISSING, "rotate() of no key", () -> custody.rotate(none));
      Check.refused(Kind.MISSING, "retire() of no key", () -> custody.retire(random));
    }
    Check.equal(before, custody.list(), "what the store has after look-ups that failed");
    return "";
  }

  private static KeyId randomId() {
    byte[] bytes = new byte[KeyId.LENGTH];
    new SecureRandom().nextBytes(bytes);
    return KeyId.of(bytes);
  }

  private static String capabilities(Ground ground) {
    KeyCustody custody = ground.unlocked();
    Set<Capability> claimed = custody.capabilities();
    Check.that(
        claimed.containsAll(EnumSet.of(Capability.DEK_WRAP, Capability.GENERATE)),
        () -> "an unlocked store claims no DEK_WRAP or no GENERATE, only " + claimed);
    for (KeyKind kind : KeyKind.values()) {
      String word = "kind-" + kind;
      if (claimed.contains(needed(kind))) {
        CustodyKey made = custody.generate(ground.name(word), kind);
        Check.equal(kind, made.description().kind(), "the kind of the new key");
        Check.equal(
            kind == KeyKind.UMK && claimed.contains(Capability.KEYED_MAC),
            made.operation(KeyedMac.class).isPresent(),
            "whether a key of the kind " + kind + " offers a MAC");
      } else {
        Check.refused(
            Kind.UNSUPPORTED,
            "making a key of the kind " + kind + ", which is not claimed,",
            () -> custody.generate(ground.name(word), kind));
      }
    }
    return "claims " + EnumSet.copyOf(claimed);
  }

  private static Capability needed(KeyKind kind) {
    return switch (kind) {
      case UMK -> Capability.DEK_WRAP;
      case AGREEMENT_P256 -> Capability.ECDH_P256;
      case SIGNING_P256 -> Capability.SIGN_P256;
    };
  }

  /** That the store refuses what it does not claim. */
  private static void requireOffered(
      KeyCustody custody, Capability capability, Check.Action refusal) {
    if (!Ground.can(custody, capability)) {
      Check.refused(Kind.UNSUPPORTED, "what is not claimed (" + capability + ")", refusal);
      throw new NotOffered("the store does not claim " + capability + ", and refuses it");
    }
  }

  private static String imported(Ground ground) {
    KeyCustody custody = ground.unlocked();
    String name = ground.name("imported");
    try (SecretBytes raw = Check.dek(randomId().hashCode());
        SecretBytes dek = Check.dek(1);
        SecretBytes shorter = SecretBytes.adopt(new byte[31]);
        SecretBytes longer = SecretBytes.adopt(new byte[33])) {
      requireOffered(custody, Capability.IMPORT, () -> custody.importKey(name, raw));
      for (SecretBytes wrong : List.of(shorter, longer)) {
        Check.refused(
            Kind.POLICY,
            "bringing in " + wrong.length() + " bytes",
            () -> custody.importKey(name, wrong));
      }
      CustodyKey key = custody.importKey(name, raw);
      Check.equal(1, key.description().generation(), "the generation of an imported key");
      isThere(custody, key.description());
      if (Ground.can(custody, Capability.EXPORT)) {
        try (SecretBytes out = custody.export(key.id(), "a test of the TCK")) {
          Check.that(out.sameBytes(raw), "another key comes out than was brought in");
        }
      }
      byte[] wrapped = Check.wrapOf(key).wrap(dek, Check.aad(1));
      Check.refused(
          Kind.CONFLICT,
          "bringing the same bytes in again",
          () -> custody.importKey(ground.name("imported-again"), raw));
      KeyCustody again = ground.unlocked();
      DekWrap found = Check.wrapOf(again.find(key.id()));
      Check.opens(found, wrapped, Check.aad(1), dek, "what an imported key has wrapped");
    }
    return "";
  }

  private static String exported(Ground ground) throws IOException, InterruptedException {
    KeyCustody custody = ground.unlocked();
    ground.umk(custody, "exported");
    CustodyKey key = custody.rotate(ground.name("exported"));
    KeyDescription made = key.description();
    String why = "a test of the TCK";
    requireOffered(custody, Capability.EXPORT, () -> custody.export(made.id(), why).close());
    Check.refused(
        Kind.POLICY,
        "taking a key out without a reason",
        () -> custody.export(made.id(), "").close());
    try (SecretBytes dek = Check.dek(1);
        SecretBytes out = custody.export(made.id(), why);
        SecretBytes twice = custody.export(made.id(), why)) {
      Check.equal(32, out.length(), "the length of a UMK");
      Check.that(out.sameBytes(twice), "two exports of a key differ");
      if (!Ground.can(custody, Capability.IMPORT)) {
        return "not brought back: the store does not claim IMPORT";
      }
      Check.refused(
          Kind.CONFLICT,
          "bringing in a key that is in the store",
          () -> custody.importKey(ground.name("exported-again"), 1, made.id(), out));
      Optional<KeyCustody> other = ground.elsewhere();
      if (other.isEmpty()) {
        return "not brought back: there is one store only";
      }
      byte[] wrapped = Check.wrapOf(key).wrap(dek, Check.aad(1));
      CustodyKey back = other.get().importKey(made.name(), made.generation(), made.id(), out);
      Check.equal(made.id(), back.id(), "the id of a key that was brought back");
      Check.equal(2, back.description().generation(), "its generation");
      Check.opens(Check.wrapOf(back), wrapped, Check.aad(1), dek, "a wrap in another store");
    }
    return "";
  }
}
