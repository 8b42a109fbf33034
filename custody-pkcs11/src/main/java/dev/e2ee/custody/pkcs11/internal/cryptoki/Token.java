package dev.e2ee.custody.pkcs11.internal.cryptoki;

import java.util.List;

/**
 * A token in its slot, CK_TOKEN_INFO and CK_SLOT_INFO of section 3; texts without their padding.
 *
 * @param slot its number, which changes when tokens come and go
 * @param label that its owner gave it
 * @param manufacturer of the token
 * @param model of the token
 * @param serial number of the token
 * @param flags CKF_ bits of the token
 * @param hardware whether the slot says that it is one of hardware (CKF_HW_SLOT)
 * @param maxSessions that one process may have; 0 when there is no limit or it is not told
 */
public record Token(
    long slot,
    String label,
    String manufacturer,
    String model,
    String serial,
    long flags,
    boolean hardware,
    long maxSessions) {
  private static final long HARDWARE_SLOT = 0x4;
  private static final long RANDOM = 0x1;
  private static final long WRITE_PROTECTED = 0x2;
  private static final long LOGIN_REQUIRED = 0x4;
  private static final long PIN_INITIALIZED = 0x8;
  private static final long PIN_PAD = 0x100;
  private static final long INITIALIZED = 0x400;
  private static final long PIN_COUNT_LOW = 0x10000;
  private static final long PIN_FINAL_TRY = 0x20000;
  private static final long PIN_LOCKED = 0x40000;
  private static final long PIN_TO_BE_CHANGED = 0x80000;
  private static final long ERROR_STATE = 0x1000000;

  /** What it is known by, whatever its slot and its module. */
  public String identity() {
    return String.join("\n", manufacturer, serial, label);
  }

  /** Whether it has random numbers of its own (CKF_RNG). */
  public boolean random() {
    return (flags & RANDOM) != 0;
  }

  /** Whether no key can be made or changed (CKF_WRITE_PROTECTED). */
  public boolean writeProtected() {
    return (flags & WRITE_PROTECTED) != 0;
  }

  /** Whether a user's PIN was set (CKF_USER_PIN_INITIALIZED). */
  public boolean pinSet() {
    return (flags & PIN_INITIALIZED) != 0;
  }

  /** Whether it has a keyboard of its own for the PIN (CKF_PROTECTED_AUTHENTICATION_PATH). */
  public boolean pinPad() {
    return (flags & PIN_PAD) != 0;
  }

  /** Whether it failed its own tests (CKF_ERROR_STATE). */
  public boolean failed() {
    return (flags & ERROR_STATE) != 0;
  }

  /**
   * As the module tells it.
   *
   * @param told label, manufacturer, model and serial number, with their padding
   * @param slotFlags CKF_ bits of the slot
   * @param maxSessions also a negative number when it is not told
   */
  public static Token of(
      long slot, List<String> told, long flags, long slotFlags, long maxSessions) {
    return new Token(
        slot,
        unpadded(told.get(0)),
        unpadded(told.get(1)),
        unpadded(told.get(2)),
        unpadded(told.get(3)),
        flags,
        (slotFlags & HARDWARE_SLOT) != 0,
        Math.max(0, maxSessions));
  }

  /** Padded with blanks, or by some tokens with zeros. */
  public static String unpadded(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Whether private objects need a login (CKF_LOGIN_REQUIRED). */
  public boolean loginRequired() {
    return (flags & LOGIN_REQUIRED) != 0;
  }

  /** Whether it was ever set up (CKF_TOKEN_INITIALIZED). */
  public boolean initialized() {
    return (flags & INITIALIZED) != 0;
  }

  /** How many wrong PINs the token still takes, as far as it tells. */
  public enum PinState {
    /** Nothing is known to be wrong. */
    GOOD,
    /** At least one wrong PIN was given since the last right one (CKF_USER_PIN_COUNT_LOW). */
    COUNT_LOW,
    /** The next wrong one locks it (CKF_USER_PIN_FINAL_TRY). */
    FINAL_TRY,
    /** Locked: only its security officer can help (CKF_USER_PIN_LOCKED). */
    LOCKED,
    /** A PIN that everybody knows, which the token wants changed (CKF_USER_PIN_TO_BE_CHANGED). */
    TO_BE_CHANGED
  }

  /** The worst that the flags say of the user's PIN. */
  public PinState pinState() {
    if ((flags & PIN_LOCKED) != 0) {
      return PinState.LOCKED;
    }
    if ((flags & PIN_FINAL_TRY) != 0) {
      return PinState.FINAL_TRY;
    }
    if ((flags & PIN_COUNT_LOW) != 0) {
      return PinState.COUNT_LOW;
    }
    return (flags & PIN_TO_BE_CHANGED) != 0 ? PinState.TO_BE_CHANGED : PinState.GOOD;
  }
}
