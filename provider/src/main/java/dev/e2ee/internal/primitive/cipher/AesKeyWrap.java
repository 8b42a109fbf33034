package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.key.RawKey;

/** The two ways to wrap keys with AES, their names and the lengths of what they wrap. */
enum AesKeyWrap {
  /** RFC 3394 with its default IV: multiples of 8 bytes, 16 at the least. */
  KW("AES/KW/NoPadding", "AESKW", 16),
  /** RFC 5649: any length. */
  KWP("AES/KWP/NoPadding", "AESKWP", 1);

  private static final int HALF_BLOCK = 8;
  private static final int LONGEST = RawKey.LONGEST;

  private final String algorithm;
  private final String otherName;
  private final int shortest;

  AesKeyWrap(String algorithm, String otherName, int shortest) {
    this.algorithm = algorithm;
    this.otherName = otherName;
    this.shortest = shortest;
  }

  /** The JCA name. */
  String algorithm() {
    return algorithm;
  }

  /** The name that Bouncy Castle's providers have for it. */
  String otherName() {
    return otherName;
  }

  /** Whether a key can have so many bytes. */
  boolean wraps(int length) {
    return length >= shortest && length <= LONGEST && (this == KWP || length % HALF_BLOCK == 0);
  }

  /** How long a key of this length is when wrapped. */
  int wrappedLength(int length) {
    return (length + HALF_BLOCK - 1) / HALF_BLOCK * HALF_BLOCK + HALF_BLOCK;
  }

  /** Whether a wrapped key can have so many bytes. */
  boolean unwraps(int length) {
    return length >= wrappedLength(shortest)
        && length <= wrappedLength(LONGEST)
        && length % HALF_BLOCK == 0;
  }
}
