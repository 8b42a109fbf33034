package dev.e2ee.custody.keychain.internal.secretservice;

/** What the bus, or who answers on it, refused. */
final class BusException extends Exception {
  private static final long serialVersionUID = 1;

  /** How it is named on the bus, such as {@code org.freedesktop.DBus.Error.NoReply}. */
  private final String error;

  /**
   * A refusal.
   *
   * @param call what was refused
   * @param error its name on the bus
   */
  BusException(String call, String error, String text) {
    super(call + ": " + error + (text.isEmpty() ? "" : " (" + text + ")"));
    this.error = error;
  }

  /** Its name on the bus. */
  String error() {
    return error;
  }

  /** Whether nobody is there who could answer. */
  boolean nobodyIsThere() {
    return error.equals("org.freedesktop.DBus.Error.ServiceUnknown")
        || error.equals("org.freedesktop.DBus.Error.NameHasNoOwner");
  }

  /** Whether there was no answer, so that nothing is known. */
  boolean isSilence() {
    return error.equals("org.freedesktop.DBus.Error.NoReply");
  }
}
