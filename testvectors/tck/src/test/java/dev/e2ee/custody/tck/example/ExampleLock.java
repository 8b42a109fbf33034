package dev.e2ee.custody.tck.example;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;

/**
 * The store key while the store is unlocked; and the last wrong passphrase's hash, so that it is
 * tried once.
 */
final class ExampleLock {
  private static final int SALT = 16;
  private static final int ITERATIONS = 1000;

  private final ExampleDirectory directory;
  private final Optional<CallbackHandler> handler;
  private final ReadWriteLock monitor = new ReentrantReadWriteLock(true);
  private Optional<byte[]> key = Optional.empty();
  private Optional<byte[]> wrong = Optional.empty();
  private boolean closed;

  ExampleLock(ExampleDirectory directory, Optional<CallbackHandler> handler) {
    this.directory = directory;
    this.handler = handler;
  }

  /** A new store's file: salt, and a store key in a box under the passphrase. */
  static byte[] newStore(char[] passphrase) throws GeneralSecurityException {
    byte[] salt = ExampleBox.random(SALT);
    byte[] box = ExampleBox.seal(hash(passphrase, salt), ExampleBox.random(32), salt);
    byte[] file = Arrays.copyOf(salt, SALT + box.length);
    System.arraycopy(box, 0, file, SALT, box.length);
    return file;
  }

  private static byte[] hash(char[] passphrase, byte[] salt) throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(passphrase, salt, ITERATIONS, 256);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } finally {
      spec.clearPassword();
    }
  }

  /** Whether it is unlocked, and its administrator has not locked it since. */
  boolean isOpen() {
    monitor.readLock().lock();
    try {
      return key.isPresent() && !directory.isLocked();
    } finally {
      monitor.readLock().unlock();
    }
  }

  void requireNotClosed() {
    monitor.readLock().lock();
    try {
      if (closed) {
        throw new CustodyException(Kind.CLOSED, "it was closed; open it again");
      }
    } finally {
      monitor.readLock().unlock();
    }
  }

  /** Does something with the store key; it is not wiped meanwhile. */
  <T> T with(Function<byte[], T> work) {
    monitor.readLock().lock();
    try {
      requireNotClosed();
      requireNotLocked();
      byte[] open =
          key.orElseThrow(() -> new CustodyException(Kind.LOCKED, "it is locked; unlock it"));
      return work.apply(open);
    } finally {
      monitor.readLock().unlock();
    }
  }

  private void requireNotLocked() {
    if (directory.isLocked()) {
      throw new CustodyException(
          Kind.LOCKED, "its administrator has locked it; have it unlocked, and try again");
    }
  }

  void open() {
    requireNotClosed();
    requireNotLocked();
    if (isOpen()) {
      return;
    }
    char[] passphrase = ask();
    monitor.writeLock().lock();
    try {
      byte[] file = directory.readStore();
      byte[] salt = Arrays.copyOf(file, SALT);
      byte[] hash = hash(passphrase, salt);
      if (wrong.isPresent() && Arrays.equals(wrong.get(), hash)) {
        throw refused();
      }
      directory.countTry();
      tryOn(Arrays.copyOfRange(file, SALT, file.length), salt, hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      Arrays.fill(passphrase, '\0');
      monitor.writeLock().unlock();
    }
  }

  private void tryOn(byte[] box, byte[] salt, byte[] hash) {
    try {
      key = Optional.of(ExampleBox.open(hash, box, salt));
    } catch (AEADBadTagException e) {
      wrong = Optional.of(hash);
      throw refused();
    }
  }

  private static CustodyException refused() {
    return new CustodyException(Kind.AUTH_FAILED, "the passphrase is wrong; give the right one");
  }

  private char[] ask() {
    PasswordCallback callback = new PasswordCallback("Passphrase: ", false);
    try {
      handler
          .orElseThrow(() -> new CustodyException(Kind.LOCKED, "nobody knows the passphrase"))
          .handle(new Callback[] {callback});
    } catch (IOException | UnsupportedCallbackException e) {
      throw new CustodyException(Kind.LOCKED, "the passphrase could not be asked for", e);
    }
    char[] passphrase = callback.getPassword();
    callback.clearPassword();
    if (passphrase == null) {
      throw new CustodyException(Kind.CANCELLED, "no passphrase was given");
    }
    return passphrase;
  }

  void lock() {
    monitor.writeLock().lock();
    try {
      requireNotClosed();
      wipe();
    } finally {
      monitor.writeLock().unlock();
    }
  }

  void close() {
    monitor.writeLock().lock();
    try {
      closed = true;
      wipe();
    } finally {
      monitor.writeLock().unlock();
    }
  }

  private void wipe() {
    key.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    key = Optional.empty();
  }
}
