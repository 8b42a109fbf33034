package dev.e2ee.custody.pkcs11.internal.cryptoki;

/** A return value of a module other than CKR_OK. */
public final class CryptokiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String function;
  private final long code;

  /** With the CKR number. */
  public CryptokiException(String function, long code) {
    super(function + " answered " + Ckr.name(code));
    this.function = function;
    this.code = code;
  }

  /** Whether this function answered it. */
  public boolean isOf(String name) {
    return function.equals(name);
  }

  /** The CKR number. */
  public long code() {
    return code;
  }

  /** Whether it is this one. */
  public boolean is(Ckr value) {
    return code == value.code();
  }

  /** Whether a token may mean by it, and by nothing else, that it cannot decrypt this data. */
  public boolean refusesData() {
    return is(Ckr.ENCRYPTED_DATA_INVALID)
        || is(Ckr.ENCRYPTED_DATA_LEN_RANGE)
        || is(Ckr.AEAD_DECRYPT_FAILED);
  }
}
