package dev.e2ee.custody.tck.internal.ground;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** What a point claims, and what it says when that is not so. */
public final class Check {
  private Check() {}

  /** Something to be done. */
  @FunctionalInterface
  public interface Action {
    /** Does it. */
    void run();
  }

  /** That it is so. */
  public static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new Broken(otherwise);
    }
  }

  /** That it is so; what is said otherwise costs something to say. */
  public static void that(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new Broken(otherwise.get());
    }
  }

  /** That both are equal. */
  public static void equal(Object expected, Object seen, String what) {
    if (!Objects.equals(expected, seen)) {
      throw new Broken(what + " is " + seen + ", not " + expected);
    }
  }

  /** That it is refused with this kind. */
  public static CustodyException refused(Kind kind, String what, Action action) {
    return refused(EnumSet.of(kind), what, action);
  }

  /** That it is refused with one of these kinds. */
  public static CustodyException refused(Set<Kind> kinds, String what, Action action) {
    CustodyException error;
    try {
      action.run();
      error = null;
    } catch (CustodyException e) {
      error = e;
    }
    if (error == null) {
      throw new Broken(what + " was done, and not refused with " + oneOf(kinds));
    }
    among(kinds, what, error);
    return error;
  }

  /** That an error is of one of these kinds. */
  public static void among(Set<Kind> kinds, String what, CustodyException error) {
    if (!kinds.contains(error.kind())) {
      throw new Broken(
          what
              + " was refused with "
              + error.kind()
              + " ("
              + error.getMessage()
              + "), not with "
              + oneOf(kinds),
          error);
    }
  }

  private static String oneOf(Collection<Kind> kinds) {
    return String.join(" or ", kinds.stream().map(Enum::name).toList());
  }

  /** The wrapping that a UMK must offer. */
  public static DekWrap wrapOf(CustodyKey umk) {
    return umk.operation(DekWrap.class)
        .orElseThrow(() -> new Broken(umk + " offers no DekWrap, though it is a UMK"));
  }

  /** A DEK of its own for each number: 32 bytes that no other number gives. */
  public static SecretBytes dek(int number) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ((number >>> (i % 4 * 8)) ^ (i * 37));
    }
    return SecretBytes.adopt(bytes);
  }

  /** That a wrap opens, as this DEK. */
  public static void opens(DekWrap umk, byte[] wrapped, byte[] aad, SecretBytes dek, String what) {
    try (SecretBytes back = umk.unwrap(wrapped, aad)) {
      equal(dek.length(), back.length(), "the length of the DEK that comes back from " + what);
      that(back.sameBytes(dek), what + " opens as another DEK");
    }
  }

  /** An AAD of this length, other for each length. */
  public static byte[] aad(int length) {
    byte[] aad = new byte[length];
    Arrays.fill(aad, (byte) (length + 1));
    return aad;
  }
}
