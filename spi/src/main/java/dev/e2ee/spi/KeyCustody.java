package dev.e2ee.spi;

import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.util.List;
import java.util.Set;

/**
 * One opened store of keys. Safe for use by many threads.
 *
 * <p>A key has a name and generations 1, 2, …; every generation has a 16-byte random id of its own,
 * by which it is found. Exactly one generation of a name is PRIMARY: it wraps. Older ones stay for
 * unwrapping until they are retired.
 *
 * <p>What every implementation keeps:
 *
 * <ul>
 *   <li>LOCKED is not MISSING: MISSING is said only of a store that was proven readable.
 *   <li>No key is ever made because a look-up failed.
 *   <li>A write is read back before it is reported as done.
 *   <li>One wrong PIN or passphrase latches until a new one is given.
 *   <li>A fault of the back end is never reported as tampering (INTEGRITY), nor the other way
 *       round.
 *   <li>Every operation ends within {@link CustodyOptions#deadline}.
 *   <li>Each attempt gives one {@link AuditRecord}.
 * </ul>
 *
 * <p>Every method but {@link #info}, {@link #health} and {@link #close} throws {@link
 * CustodyException}: CLOSED after {@link #close}, and the kinds named with each method.
 */
public interface KeyCustody extends AutoCloseable {
  /** What this store is; never prompts, never fails. */
  CustodyInfo info();

  /** What this store has shown that it can do: each has passed a self-test, wrong AAD included. */
  Set<Capability> capabilities();

  /** How the store is now. Never prompts, never logs in, never spends a PIN try, never throws. */
  Health health();

  /**
   * Makes the keys usable, with the secret from the options' callback handler or the URI's source.
   *
   * @throws CustodyException LOCKED when there is no way to get the secret, AUTH_FAILED,
   *     AUTH_LOCKED_OUT, CANCELLED, CORRUPT
   */
  void unlock();

  /**
   * Forgets all secrets; keys that were handed out answer LOCKED until the next {@link #unlock}.
   */
  void lock();

  /**
   * The PRIMARY generation of a name.
   *
   * @throws CustodyException MISSING, AMBIGUOUS, LOCKED
   */
  CustodyKey find(String name);

  /**
   * The generation with this id, of whatever name.
   *
   * @throws CustodyException MISSING, AMBIGUOUS, LOCKED
   */
  CustodyKey find(KeyId id);

  /** All generations of all names, by name and generation; public data only. */
  List<KeyDescription> list();

  /**
   * Makes generation 1 of a new name, inside the store.
   *
   * @throws CustodyException CONFLICT when the name is taken or another writer came first, LOCKED,
   *     UNSUPPORTED for a kind that the store cannot hold
   */
  CustodyKey generate(String name, KeyKind kind);

  /**
   * Makes the next generation of a name and makes it PRIMARY once it was read back and tested.
   *
   * @throws CustodyException MISSING, CONFLICT, LOCKED
   */
  CustodyKey rotate(String name);

  /**
   * Brings a raw 32-byte UMK from outside in, as generation 1 of a new name. Its id comes from its
   * bytes; for what was {@linkplain #export exported} there is the other {@link #importKey(String,
   * int, KeyId, SecretBytes) importKey}, which keeps the id.
   *
   * @throws CustodyException CONFLICT when the name is taken or the store has these bytes already,
   *     LOCKED, UNSUPPORTED, POLICY for another length
   */
  CustodyKey importKey(String name, SecretBytes key);

  /**
   * Brings back a generation that was exported, as what it was: what was sealed under it opens.
   *
   * <p>When it is the highest generation of its name it becomes PRIMARY, and the former PRIMARY
   * OLD; else it becomes OLD. How often it has wrapped elsewhere is not known here: rotate it soon
   * when that may be often.
   *
   * @param generation that it had, 1 or more
   * @param id that it had
   * @param key its 32 bytes; stays the caller's
   * @throws CustodyException CONFLICT when the id, this generation of the name, or the same bytes
   *     under any id are in the store, or while a rotation of the name is unfinished; LOCKED,
   *     UNSUPPORTED, POLICY for another length
   */
  CustodyKey importKey(String name, int generation, KeyId id, SecretBytes key);

  /**
   * Takes a key out, where the store can: the one operation that shows a key.
   *
   * <p>The bytes alone open nothing: note the generation's name, number and id from its {@link
   * KeyDescription} too. {@link #importKey(String, int, KeyId, SecretBytes)} needs all of them.
   *
   * @param reason why, for the audit; 1 to 256 characters
   * @throws CustodyException MISSING, LOCKED, UNSUPPORTED, POLICY without a reason
   */
  SecretBytes export(KeyId id, String reason);

  /**
   * Takes a generation out of use: it answers POLICY from now on. The key material stays.
   *
   * @throws CustodyException MISSING, CONFLICT, LOCKED, POLICY for a PRIMARY generation
   */
  void retire(KeyId id);

  /** Wipes what it can; a second call does nothing. Keys that were handed out answer CLOSED. */
  @Override
  void close();
}
