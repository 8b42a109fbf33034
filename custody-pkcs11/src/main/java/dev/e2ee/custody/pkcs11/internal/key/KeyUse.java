package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.spi.key.KeyKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a key in a token is made for, and so how it works: it is never used in another way. */
public enum KeyUse {
  /** A UMK that wraps by AES-GCM in the token. */
  GCM("gcm", 1, KeyKind.UMK, 29),
  /** A UMK that gives a key for each wrap, by HMAC in the token. */
  HMAC("hmac", 2, KeyKind.UMK, 16),
  /** A UMK of RSA pairs of 3,072 bits: one hides a key for each wrap, the other signs. */
  OAEP_3072("oaep-3072", 5, KeyKind.UMK, 16),
  /** The same of 2,048 bits, for tokens that have no longer ones. */
  OAEP_2048("oaep-2048", 6, KeyKind.UMK, 16),
  /** A UMK that wraps by AES-KW in the token, with a second key for a MAC. */
  KW("kw", 7, KeyKind.UMK, 16),
  /** A P-256 key for ECDH. */
  ECDH("ecdh", 3, KeyKind.AGREEMENT_P256, 16),
  /** A P-256 key for ECDSA. */
  ECDSA("ecdsa", 4, KeyKind.SIGNING_P256, 16);

  private final String text;
  private final int number;
  private final KeyKind kind;
  private final int checkLength;

  KeyUse(String text, int number, KeyKind kind, int checkLength) {
    this.text = text;
    this.number = number;
    this.kind = kind;
    this.checkLength = checkLength;
  }

  /** As it stands in a label. */
  public String text() {
    return text;
  }

  /** As it stands in what a key's check is computed over. */
  public int number() {
    return number;
  }

  /** The length of what its keys answer to their identity, in bytes. */
  int checkLength() {
    return checkLength;
  }

  /** What it is to the custody's caller. */
  public KeyKind kind() {
    return kind;
  }

  /** The class of the object that holds the secret, as {@code type} of RFC 7512 has it. */
  String type() {
    return switch (this) {
      case GCM, HMAC, KW -> "secret-key";
      case OAEP_3072, OAEP_2048, ECDH, ECDSA -> "private";
    };
  }

  /** All of these classes. */
  static List<String> types() {
    return Arrays.stream(values()).map(KeyUse::type).distinct().toList();
  }

  /** Those of UMKs, the best first. [token-11] */
  public static Stream<KeyUse> umks() {
    return Arrays.stream(values()).filter(use -> use.kind == KeyKind.UMK);
  }

  static KeyUse of(String text) {
    return Arrays.stream(values())
        .filter(use -> use.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no use of a key: " + text));
  }
}
