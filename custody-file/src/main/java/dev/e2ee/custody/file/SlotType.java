package dev.e2ee.custody.file;

/** What opens a slot. */
public enum SlotType {
  /** A passphrase, by Argon2id. */
  PASSPHRASE,
  /** A slot-key file. */
  RAW,
  /** An item of an operating system's keychain, which a {@link KekHolder} reads. */
  KEYCHAIN,
  /** A key in a PKCS#11 token; this build lists and keeps it. */
  PKCS11,
  /** Something newer; this build lists and keeps it. */
  UNKNOWN
}
