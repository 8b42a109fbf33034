package dev.e2ee.rotation;

import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.OpeningOperation;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.io.Serializable;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * The key in use and those that it replaces, for readers and writers while records move from these
 * to that: it seals under the key in use, and opens under the one that an envelope names by its key
 * id and generation. No key is ever tried. Safe for use by many threads.
 *
 * <p>It holds copies of the keys that are in memory until {@link #close}; keys in custody stay
 * their custody's. See {@code testvectors/spec/rotation.md}, section 3.
 */
public final class KeyRing implements AutoCloseable {
  private final Engine engine;
  private final EnvelopeCore core;
  private final MasterKey current;
  private final Map<KeyId, MasterKey> keys;

  private KeyRing(Engine engine, MasterKey current, Map<KeyId, MasterKey> keys) {
    this.engine = engine;
    this.core = new EnvelopeCore(engine);
    this.current = current;
    this.keys = keys;
  }

  /**
   * Where a {@link RecordFunction} gets its keys, in the process where it runs: a function of the
   * application, which is serialised in their place. Keys themselves are not: those in custody are
   * opaque, and those in memory would leave copies that nobody can wipe.
   */
  @FunctionalInterface
  public interface Source extends Serializable {
    /**
     * A ring of its own for the caller, who closes it.
     *
     * @throws GeneralSecurityException when a key cannot be used
     * @throws IOException when a key cannot be read
     */
    KeyRing open() throws GeneralSecurityException, IOException;
  }

  /**
   * A ring of these keys, with the configured engine.
   *
   * @param current the key to move to; a UMK as {@link dev.e2ee.envelope.Envelope#with(Key)} takes
   *     it
   * @param old those to move from: UMKs in memory, and generations of keys in custody, each by a
   *     handle of its own
   * @throws InvalidKeyException for any other key
   * @throws IllegalArgumentException when two of them have the same id
   */
  public static KeyRing of(Key current, Collection<? extends Key> old) throws InvalidKeyException {
    Engine engine = Engine.configured();
    Map<KeyId, MasterKey> keys = new LinkedHashMap<>();
    boolean whole = false;
    try {
      MasterKey first = add(keys, MasterKey.of(engine, current));
      for (Key key : old) {
        add(keys, MasterKey.of(engine, key));
      }
      whole = true;
      return new KeyRing(engine, first, keys);
    } finally {
      if (!whole) {
        keys.values().forEach(MasterKey::close);
      }
    }
  }

  private static MasterKey add(Map<KeyId, MasterKey> keys, MasterKey key) {
    if (keys.putIfAbsent(key.id(), key) != null) {
      String message =
          "two keys of the ring have the id "
              + key.id()
              + "; each generation has an id of its own, so give each key once";
      key.close();
      throw new IllegalArgumentException(message);
    }
    return key;
  }

  /** The id of the key in use. */
  public KeyId current() {
    return current.id();
  }

  /** The ids of the keys that it replaces. */
  public Set<KeyId> old() {
    Set<KeyId> old = new LinkedHashSet<>(keys.keySet());
    old.remove(current.id());
    return old;
  }

  /** Seals a record under the key in use. */
  public byte[] seal(byte[] plaintext, RecordContext context) {
    return seal(plaintext, ContextBinding.of(context), null);
  }

  /** Seals bytes under the key in use, bound to the AAD, which may be empty. */
  public byte[] seal(byte[] plaintext, byte[] aad) {
    return seal(plaintext, ContextBinding.ofRawAad(aad.clone()), null);
  }

  /**
   * Opens a record under the key that it names.
   *
   * @throws dev.e2ee.envelope.MalformedEnvelopeException for bytes that are no envelope known here
   * @throws WrongKeyException when it names a key that is not in the ring, or another generation
   * @throws AEADBadTagException when it is not authentic
   */
  public byte[] open(byte[] envelope, RecordContext context) throws AEADBadTagException {
    return open(envelope, ContextBinding.of(context));
  }

  /** Opens what was sealed with AAD, as {@link #open(byte[], RecordContext)}. */
  public byte[] open(byte[] envelope, byte[] aad) throws AEADBadTagException {
    return open(envelope, ContextBinding.ofRawAad(aad.clone()));
  }

  byte[] seal(byte[] plaintext, ContextBinding binding, @Nullable Suite suite) {
    try (SealingOperation sealing = new SealingOperation(core, current, binding, suite, 1)) {
      return sealing.finish(plaintext, 0, plaintext.length);
    }
  }

  byte[] open(byte[] envelope, ContextBinding binding) throws AEADBadTagException {
    return open(envelope, EnvelopeHeader.parse(envelope, envelope.length), binding);
  }

  private byte[] open(byte[] envelope, EnvelopeHeader header, ContextBinding binding)
      throws AEADBadTagException {
    return OpeningOperation.open(core, keyOf(header), binding, header, envelope);
  }

  /** Opens it, and gives nothing out. */
  void verify(byte[] envelope, EnvelopeHeader header, ContextBinding binding)
      throws AEADBadTagException {
    Arrays.fill(open(envelope, header, binding), (byte) 0);
  }

  /** The key that a header names, by its id; the generation is checked when it unwraps. */
  private MasterKey keyOf(EnvelopeHeader header) throws WrongKeyException {
    // [rotation-5]
    MasterKey key = keys.get(header.keyId());
    if (key == null) {
      throw new WrongKeyException(
          "the envelope was sealed under the key "
              + header.keyId()
              + ", generation "
              + Integer.toUnsignedString(header.generation())
              + ", which is not in the ring: add that key to the old ones, or find out who sealed"
              + " it");
    }
    return key;
  }

  boolean isCurrent(EnvelopeHeader header) {
    return header.keyId().equals(current.id()) && header.generation() == current.generation();
  }

  /** The DEK wrapped under the key in use, the body as it is; it was opened so. */
  byte[] rewrap(byte[] envelope, EnvelopeHeader header, ContextBinding binding)
      throws AEADBadTagException {
    return core.move(keyOf(header), current, binding, header, envelope); // [rotation-7]
  }

  /** The plaintext sealed anew, by the same suite, under the key in use. */
  byte[] reencrypt(byte[] envelope, EnvelopeHeader header, ContextBinding binding)
      throws AEADBadTagException {
    byte[] plaintext = open(envelope, header, binding);
    try {
      byte[] fresh = seal(plaintext, binding, header.suite());
      byte[] again = openedAgain(fresh, binding);
      boolean same = MessageDigest.isEqual(plaintext, again);
      Arrays.fill(again, (byte) 0);
      if (!same) {
        throw new AEADBadTagException("what was sealed anew opens to other bytes");
      }
      return fresh;
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** What was sealed a moment ago: whatever is wrong with it is not the record's fault. */
  private byte[] openedAgain(byte[] fresh, ContextBinding binding) {
    try {
      return open(fresh, binding);
    } catch (AEADBadTagException e) {
      throw EnvelopeCore.doesNotUnwrapItsOwn(current);
    }
  }

  /** Whether what is sealed under one of the old keys would be lost with this process's memory. */
  boolean hasOldKeysInMemory() {
    return keys.values().stream().anyMatch(this::isOldInMemory);
  }

  private boolean isOldInMemory(MasterKey key) {
    return key instanceof MasterKey.InMemory && !key.id().equals(current.id());
  }

  /** The old keys in memory that are not among these, with the same bytes and generation. */
  Set<KeyId> oldKeysNotIn(List<UserMasterKey> sealed) {
    Set<KeyId> missing = new LinkedHashSet<>();
    for (MasterKey key : keys.values()) {
      if (isOldInMemory(key) && sealed.stream().noneMatch(other -> isSame(key, other))) {
        missing.add(key.id());
      }
    }
    return missing;
  }

  private static boolean isSame(MasterKey key, UserMasterKey other) {
    if (!(key instanceof MasterKey.InMemory held)
        || held.generation() != other.generation()
        || !other.id().equals(Optional.of(held.id()))) {
      return false;
    }
    try (SecretBytes bytes = SecretBytes.adopt(other.getEncoded())) {
      return held.umk().isOf(bytes);
    }
  }

  /** Wipes this object's copies of the keys; a key in custody stays open. */
  @Override
  public void close() {
    keys.values().forEach(MasterKey::close);
    engine.wipe();
  }

  /** The ids of its keys, the one in use first. */
  @Override
  public String toString() {
    return "KeyRing" + keys.keySet();
  }
}
