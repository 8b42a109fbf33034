package dev.e2ee.custody.tck;

import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * A store that is there, and that can be made to fail. The TCK opens it itself, as often as it
 * likes, in this process and in others.
 *
 * <p>A method of a fault that is {@linkplain CustodyFixture#notProduced declared} is never called.
 */
public abstract class TestedStore implements AutoCloseable {
  /** For fixtures. */
  protected TestedStore() {}

  /** Its address. Without a source of the secret, unless {@link #secret} is empty. */
  public abstract CustodyUri uri();

  /** The PIN or passphrase, a fresh copy; empty where the URI is all that it takes. */
  public char[] secret() {
    return new char[0];
  }

  /** {@link Fault#WRONG_SECRET}: another secret, never the right one. */
  public char[] wrongSecret() {
    throw missing(Fault.WRONG_SECRET);
  }

  /** How many secrets were tried on the store so far, where somebody counts them. */
  public OptionalLong secretTries() throws IOException, InterruptedException {
    return OptionalLong.empty();
  }

  /** {@link Fault#ABSENT}: where a store of this scheme could be and none is. */
  public CustodyUri absent() {
    throw missing(Fault.ABSENT);
  }

  /**
   * {@link Fault#LOCKED}: locks the store from outside, as a person locks a keychain, an
   * administrator a token or a vault: from now on the secret that opened it opens it no more. The
   * keys stay, and whoever has it open may go on.
   */
  public void lock() throws IOException, InterruptedException {
    throw missing(Fault.LOCKED);
  }

  /** Ends what {@link #lock} began, from outside too. */
  public void unlock() throws IOException, InterruptedException {
    throw missing(Fault.LOCKED);
  }

  /** {@link Fault#DENIED}: from now on the store may not be used. */
  public void deny() throws IOException, InterruptedException {
    throw missing(Fault.DENIED);
  }

  /** Ends what {@link #deny} began. */
  public void allow() throws IOException, InterruptedException {
    throw missing(Fault.DENIED);
  }

  /**
   * {@link Fault#CORRUPT}: alters the store so that this key of it cannot be right any more. No
   * custody is open meanwhile.
   */
  public void corrupt(KeyDescription key) throws IOException, InterruptedException {
    throw missing(Fault.CORRUPT);
  }

  /** Puts back what {@link #corrupt} altered. */
  public void repair() throws IOException, InterruptedException {
    throw missing(Fault.CORRUPT);
  }

  /** {@link Fault#LOSS}: takes the store away under the hands of those who use it. */
  public void lose() throws IOException, InterruptedException {
    throw missing(Fault.LOSS);
  }

  /** Brings back the same store, with all keys. */
  public void bringBack() throws IOException, InterruptedException {
    throw missing(Fault.LOSS);
  }

  /** {@link Fault#FREEZE}: from now on nothing that changes the store is answered. */
  public void freeze() throws IOException, InterruptedException {
    throw missing(Fault.FREEZE);
  }

  /** Ends what {@link #freeze} began; what was asked meanwhile may be answered now. */
  public void thaw() throws IOException, InterruptedException {
    throw missing(Fault.FREEZE);
  }

  /** What this custody keeps open in the store, such as sessions, where that can be told. */
  public OptionalLong resources(KeyCustody opened) {
    return OptionalLong.empty();
  }

  /** Removes what can be removed. */
  @Override
  public void close() throws IOException {}

  private static UnsupportedOperationException missing(Fault fault) {
    return new UnsupportedOperationException(
        "the fixture does not produce "
            + fault
            + ": override the method, or declare Fault."
            + fault.name()
            + " in notProduced()");
  }
}
