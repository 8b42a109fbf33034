package dev.e2ee.custody.pkcs11.internal.cryptoki;

import dev.e2ee.spi.CustodyException.Kind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The return values of PKCS#11 2.40 and 3.0 that are told apart here: what each means to the
 * caller, and what it breaks. None of them alone says that data is not authentic: that is for
 * whoever decrypts to find out. One that is not listed is a fault that may pass, of a session that
 * is not used again.
 */
public enum Ckr {
  HOST_MEMORY(0x02, Kind.EXHAUSTED, Damage.SESSION),
  GENERAL_ERROR(0x05, Kind.TRANSIENT, Damage.SESSION),
  FUNCTION_FAILED(0x06, Kind.TRANSIENT, Damage.SESSION),
  ARGUMENTS_BAD(0x07, Kind.UNSUPPORTED, Damage.NONE),
  ATTRIBUTE_READ_ONLY(0x10, Kind.DENIED, Damage.NONE),
  ATTRIBUTE_SENSITIVE(0x11, Kind.DENIED, Damage.NONE),
  ATTRIBUTE_TYPE_INVALID(0x12, Kind.UNSUPPORTED, Damage.NONE),
  ATTRIBUTE_VALUE_INVALID(0x13, Kind.UNSUPPORTED, Damage.NONE),
  ACTION_PROHIBITED(0x1b, Kind.DENIED, Damage.NONE),
  DATA_INVALID(0x20, Kind.UNSUPPORTED, Damage.NONE),
  DATA_LEN_RANGE(0x21, Kind.TOO_LARGE, Damage.NONE),
  DEVICE_ERROR(0x30, Kind.TRANSIENT, Damage.CONNECTION),
  DEVICE_MEMORY(0x31, Kind.EXHAUSTED, Damage.NONE),
  DEVICE_REMOVED(0x32, Kind.REMOVED, Damage.CONNECTION),
  ENCRYPTED_DATA_INVALID(0x40, Kind.TRANSIENT, Damage.NONE),
  ENCRYPTED_DATA_LEN_RANGE(0x41, Kind.TRANSIENT, Damage.NONE),
  AEAD_DECRYPT_FAILED(0x42, Kind.TRANSIENT, Damage.NONE),
  FUNCTION_CANCELED(0x50, Kind.CANCELLED, Damage.SESSION),
  FUNCTION_NOT_SUPPORTED(0x54, Kind.UNSUPPORTED, Damage.NONE),
  KEY_HANDLE_INVALID(0x60, Kind.TRANSIENT, Damage.HANDLE),
  KEY_SIZE_RANGE(0x62, Kind.UNSUPPORTED, Damage.NONE),
  KEY_TYPE_INCONSISTENT(0x63, Kind.UNSUPPORTED, Damage.HANDLE),
  KEY_FUNCTION_NOT_PERMITTED(0x68, Kind.DENIED, Damage.NONE),
  KEY_NOT_WRAPPABLE(0x69, Kind.DENIED, Damage.NONE),
  KEY_UNEXTRACTABLE(0x6a, Kind.DENIED, Damage.NONE),
  MECHANISM_INVALID(0x70, Kind.UNSUPPORTED, Damage.NONE),
  MECHANISM_PARAM_INVALID(0x71, Kind.UNSUPPORTED, Damage.NONE),
  OBJECT_HANDLE_INVALID(0x82, Kind.TRANSIENT, Damage.HANDLE),
  OPERATION_ACTIVE(0x90, Kind.TRANSIENT, Damage.SESSION),
  OPERATION_NOT_INITIALIZED(0x91, Kind.TRANSIENT, Damage.SESSION),
  PIN_INCORRECT(0xa0, Kind.AUTH_FAILED, Damage.NONE),
  PIN_INVALID(0xa1, Kind.AUTH_FAILED, Damage.NONE),
  PIN_LEN_RANGE(0xa2, Kind.AUTH_FAILED, Damage.NONE),
  PIN_EXPIRED(0xa3, Kind.DENIED, Damage.NONE),
  PIN_LOCKED(0xa4, Kind.AUTH_LOCKED_OUT, Damage.NONE),
  SESSION_CLOSED(0xb0, Kind.TRANSIENT, Damage.CONNECTION),
  SESSION_COUNT(0xb1, Kind.EXHAUSTED, Damage.NONE),
  SESSION_HANDLE_INVALID(0xb3, Kind.TRANSIENT, Damage.CONNECTION),
  SESSION_READ_ONLY(0xb5, Kind.DENIED, Damage.NONE),
  TEMPLATE_INCOMPLETE(0xd0, Kind.UNSUPPORTED, Damage.NONE),
  TEMPLATE_INCONSISTENT(0xd1, Kind.UNSUPPORTED, Damage.NONE),
  TOKEN_NOT_PRESENT(0xe0, Kind.REMOVED, Damage.CONNECTION),
  TOKEN_NOT_RECOGNIZED(0xe1, Kind.REMOVED, Damage.CONNECTION),
  TOKEN_WRITE_PROTECTED(0xe2, Kind.DENIED, Damage.NONE),
  UNWRAPPING_KEY_HANDLE_INVALID(0xf0, Kind.TRANSIENT, Damage.HANDLE),
  UNWRAPPING_KEY_SIZE_RANGE(0xf1, Kind.UNSUPPORTED, Damage.NONE),
  UNWRAPPING_KEY_TYPE_INCONSISTENT(0xf2, Kind.UNSUPPORTED, Damage.NONE),
  USER_ALREADY_LOGGED_IN(0x100, Kind.CONFLICT, Damage.NONE),
  USER_NOT_LOGGED_IN(0x101, Kind.LOCKED, Damage.CONNECTION),
  /**
   * Also of a module that has read its token while another process wrote it: SoftHSM 2.6.1, until
   * it is initialised anew.
   */
  USER_PIN_NOT_INITIALIZED(0x102, Kind.TRANSIENT, Damage.CONNECTION),
  USER_ANOTHER_ALREADY_LOGGED_IN(0x104, Kind.CONFLICT, Damage.NONE),
  WRAPPED_KEY_INVALID(0x110, Kind.TRANSIENT, Damage.NONE),
  WRAPPED_KEY_LEN_RANGE(0x112, Kind.TRANSIENT, Damage.NONE),
  WRAPPING_KEY_HANDLE_INVALID(0x113, Kind.TRANSIENT, Damage.HANDLE),
  WRAPPING_KEY_SIZE_RANGE(0x114, Kind.UNSUPPORTED, Damage.NONE),
  WRAPPING_KEY_TYPE_INCONSISTENT(0x115, Kind.UNSUPPORTED, Damage.NONE),
  BUFFER_TOO_SMALL(0x150, Kind.UNSUPPORTED, Damage.SESSION),
  CRYPTOKI_NOT_INITIALIZED(0x190, Kind.TRANSIENT, Damage.CONNECTION),
  CRYPTOKI_ALREADY_INITIALIZED(0x191, Kind.CONFLICT, Damage.NONE);

  /** What is not to be used again after a return value. */
  public enum Damage {
    /** Nothing: the data or the request was at fault. */
    NONE,
    /** The handle of the object: look it up anew. */
    HANDLE,
    /** The session. */
    SESSION,
    /** Every session with the token, and perhaps the module. */
    CONNECTION
  }

  private final long code;
  private final Kind kind;
  private final Damage damage;

  Ckr(long code, Kind kind, Damage damage) {
    this.code = code;
    this.kind = kind;
    this.damage = damage;
  }

  /** The CKR number. */
  public long code() {
    return code;
  }

  private static Optional<Ckr> of(long code) {
    return Arrays.stream(values()).filter(value -> value.code == code).findFirst();
  }

  /** What a number means to the caller. */
  public static Kind kind(long code) {
    return of(code).map(value -> value.kind).orElse(Kind.TRANSIENT);
  }

  /** What a number breaks. */
  public static Damage damage(long code) {
    return of(code).map(value -> value.damage).orElse(Damage.SESSION);
  }

  /** Its name as the standard has it, or the number. */
  public static String name(long code) {
    return of(code)
        .map(value -> "CKR_" + value.name())
        .orElseGet(() -> String.format(Locale.ROOT, "CKR 0x%08x", code));
  }
}
