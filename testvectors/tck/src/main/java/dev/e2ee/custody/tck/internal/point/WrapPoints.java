package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Wrapping DEKs. */
final class WrapPoints {
  private static final int[] AAD_LENGTHS = {0, 1, 65536};

  /** AES-KW and an HMAC: nothing is drawn, so that a DEK's wraps with one AAD are the same. */
  private static final int DRAWS_NOTHING = 3;

  private WrapPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Wraps");
    return List.of(
        topic.point(
            "wrap-aad",
            "A wrap is bound to its AAD: of no byte, of one, of 64 KiB",
            WrapPoints::boundToAad),
        topic.point(
            "wrap-every-bit",
            "A wrap with any one bit changed, or of another length, is INTEGRITY",
            WrapPoints::everyBit),
        topic.point(
            "wrap-fresh",
            "No two wraps of a DEK are the same (with wrapAlg 3: of two DEKs), and none shows it",
            WrapPoints::fresh),
        topic.point("wrap-other-key", "A wrap opens under its own key only", WrapPoints::otherKey),
        topic.point("dek-length", "Only DEKs of 32 bytes are wrapped", WrapPoints::lengths));
  }

  private static DekWrap umk(Ground ground) {
    KeyCustody custody = ground.unlocked();
    return Check.wrapOf(ground.umk(custody, "records"));
  }

  private static void altered(DekWrap umk, byte[] wrapped, byte[] aad, String what) {
    Check.refused(Kind.INTEGRITY, "unwrapping " + what, () -> umk.unwrap(wrapped, aad).close());
  }

  private static String boundToAad(Ground ground) {
    DekWrap umk = umk(ground);
    Check.that(umk.wrapAlg() > 0, () -> "wrapAlg() is " + umk.wrapAlg());
    try (SecretBytes dek = Check.dek(1)) {
      for (int length : AAD_LENGTHS) {
        byte[] aad = Check.aad(length);
        byte[] wrapped = umk.wrap(dek, aad);
        String what = "a wrap with an AAD of " + length + " bytes";
        Check.equal(umk.wrappedLength(), wrapped.length, "the length of " + what);
        Check.opens(umk, wrapped, aad, dek, what);
        altered(umk, wrapped, Arrays.copyOf(aad, length + 1), what + " with a longer one");
        if (length > 0) {
          altered(umk, wrapped, Arrays.copyOf(aad, length - 1), what + " with a shorter one");
          aad[length - 1] ^= 1;
          altered(umk, wrapped, aad, what + " with another one");
        }
      }
    }
    return "";
  }

  private static String everyBit(Ground ground) {
    DekWrap umk = umk(ground);
    byte[] aad = Check.aad(3);
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = umk.wrap(dek, aad);
      for (int bit = 0; bit < wrapped.length * 8; bit++) {
        byte[] changed = wrapped.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        altered(umk, changed, aad, "a wrap with bit " + bit + " changed");
      }
      for (int length = 0; length <= wrapped.length + 1; length++) {
        if (length != wrapped.length) {
          altered(
              umk,
              Arrays.copyOf(wrapped, length),
              aad,
              length + " of " + wrapped.length + " bytes of a wrap");
        }
      }
      Check.opens(umk, wrapped, aad, dek, "the wrap that was not changed");
      return wrapped.length * 8 + " bits";
    }
  }

  private static String fresh(Ground ground) {
    DekWrap umk = umk(ground);
    int count = 200;
    Set<String> wraps = new HashSet<>();
    Set<String> beginnings = new HashSet<>();
    for (int i = 0; i < count; i++) {
      try (SecretBytes dek = Check.dek(umk.wrapAlg() == DRAWS_NOTHING ? i : 1)) {
        String plain = HexFormat.of().formatHex(dek.copy(), 0, 8);
        String wrapped = HexFormat.of().formatHex(umk.wrap(dek, Check.aad(1)));
        Check.that(!wrapped.contains(plain), "the DEK is in its wrap");
        wraps.add(wrapped);
        beginnings.add(wrapped.substring(0, 24));
      }
    }
    Check.equal(count, wraps.size(), "how many of " + count + " wraps differ");
    Check.equal(count, beginnings.size(), "how many of " + count + " nonces or salts differ");
    return count + " wraps";
  }

  private static String otherKey(Ground ground) {
    KeyCustody custody = ground.unlocked();
    DekWrap one = Check.wrapOf(ground.umk(custody, "one"));
    DekWrap two = Check.wrapOf(ground.umk(custody, "two"));
    byte[] aad = Check.aad(1);
    try (SecretBytes dek = Check.dek(1)) {
      byte[] byOne = one.wrap(dek, aad);
      byte[] byTwo = two.wrap(dek, aad);
      altered(two, byOne, aad, "another key's wrap");
      altered(one, byTwo, aad, "another key's wrap");
      Check.opens(one, byOne, aad, dek, "a wrap");
      Check.opens(two, byTwo, aad, dek, "a wrap");
    }
    return "";
  }

  private static String lengths(Ground ground) {
    DekWrap umk = umk(ground);
    for (int length : new int[] {0, 16, 31, 33, 64}) {
      try (SecretBytes wrong = SecretBytes.adopt(new byte[length])) {
        Check.refused(
            Kind.POLICY,
            "wrapping a DEK of " + length + " bytes",
            () -> umk.wrap(wrong, Check.aad(1)));
      }
    }
    return "";
  }
}
