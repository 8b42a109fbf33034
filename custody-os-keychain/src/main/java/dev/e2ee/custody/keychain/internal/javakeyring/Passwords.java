package dev.e2ee.custody.keychain.internal.javakeyring;

import com.github.javakeyring.BackendNotSupportedException;
import com.github.javakeyring.Keyring;
import com.github.javakeyring.KeyringStorageType;
import com.github.javakeyring.PasswordAccessException;

/** What is used of java-keyring. */
interface Passwords extends AutoCloseable {
  /** The password of a name. */
  String get(String service, String account) throws PasswordAccessException;

  /** Makes it, or replaces it. */
  void set(String service, String account, String password) throws PasswordAccessException;

  @Override
  void close();

  /** Opens one. */
  interface Opening {
    /** Opens it. */
    Passwords open() throws BackendNotSupportedException;
  }

  /** The keychain of this kind. */
  static Passwords of(KeyringStorageType type) throws BackendNotSupportedException {
    Keyring keyring = Keyring.create(type);
    return new Passwords() {
      @Override
      public String get(String service, String account) throws PasswordAccessException {
        return keyring.getPassword(service, account);
      }

      @Override
      public void set(String service, String account, String password)
          throws PasswordAccessException {
        keyring.setPassword(service, account, password);
      }

      @Override
      public void close() {
        try {
          keyring.close();
        } catch (Exception e) {
          return; // nothing is asked of it any more
        }
      }
    };
  }
}
