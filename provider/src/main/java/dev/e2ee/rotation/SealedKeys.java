package dev.e2ee.rotation;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.file.DurableFile;
import dev.e2ee.internal.file.WriterLock;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.internal.custody.HandedInSecret;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * A file with the UMKs in memory that are being replaced, sealed under the one that replaces them:
 * whoever has the new key reads what is still under the old ones. Written before the first record
 * moves, and deleted when none is left under them. Keys in custody need none: they stay there until
 * {@link dev.e2ee.spi.KeyCustody#retire}.
 *
 * <p>The bytes are an envelope: {@code testvectors/spec/rotation.md}, section 2. {@link #seal} and
 * {@link #open} are for an application that keeps them elsewhere.
 */
public final class SealedKeys {
  /** The most keys in one. */
  public static final int MOST = SealedKeysContent.MOST;

  private static final RecordContext CONTEXT =
      RecordContext.of("e2ee", "e2ee-sealed-keys", "v1"); // [rotation-2]
  private static final int LONGEST = 64 << 10;

  private final Path file;

  private SealedKeys(Path file) {
    this.file = file;
  }

  /** The sealed keys in this file, whether or not it is there. */
  public static SealedKeys at(Path file) {
    return new SealedKeys(file.toAbsolutePath());
  }

  /**
   * Seals keys.
   *
   * @param old 1 to {@value #MOST} UMKs in memory
   * @param current the UMK that replaces them, in memory or in custody
   * @throws InvalidKeyException for a key that is none of these
   * @throws IllegalArgumentException for none, too many, or two with the same id
   */
  public static byte[] seal(Collection<? extends Key> old, Key current) throws InvalidKeyException {
    Map<KeyId, UserMasterKey> named = new LinkedHashMap<>();
    try (Envelope envelope = Envelope.with(current)) {
      for (Key key : old) {
        UserMasterKey copy = named(key);
        if (named.putIfAbsent(SealedKeysContent.idOf(copy), copy) != null) {
          copy.close();
          throw new IllegalArgumentException("two of the old keys have the same id; give one");
        }
      }
      byte[] content = SealedKeysContent.encode(List.copyOf(named.values()));
      try {
        return envelope.seal(content, CONTEXT);
      } finally {
        Arrays.fill(content, (byte) 0);
      }
    } finally {
      named.values().forEach(UserMasterKey::close);
    }
  }

  /** A copy of a UMK in memory, with the id that envelopes name it by. */
  private static UserMasterKey named(Key key) throws InvalidKeyException {
    try (UserMasterKey copy = MasterKey.copyOf(key);
        SecretBytes bytes = SecretBytes.adopt(copy.getEncoded())) {
      KeyId id = copy.id().orElseGet(() -> RawUmk.idOf(Engine.configured(), bytes));
      return UserMasterKey.of(bytes, id, copy.generation());
    }
  }

  /**
   * Opens sealed keys.
   *
   * @param current the key that they were sealed under
   * @return the keys, which the caller closes
   * @throws WrongKeyException when they were sealed under another key
   * @throws MalformedEnvelopeException when these bytes are no sealed keys
   * @throws AEADBadTagException when they are not authentic
   * @throws InvalidKeyException for a key that cannot be a UMK
   */
  public static List<UserMasterKey> open(byte[] sealed, Key current)
      throws AEADBadTagException, InvalidKeyException {
    try (Envelope envelope = Envelope.with(current)) {
      return decoded(envelope.open(sealed, CONTEXT));
    }
  }

  private static List<UserMasterKey> decoded(byte[] content) throws MalformedEnvelopeException {
    try {
      return SealedKeysContent.decode(content);
    } catch (SealedKeysContent.MalformedKeysException e) {
      throw new MalformedEnvelopeException("these are no sealed keys: " + e.getMessage());
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /**
   * Writes the old keys, sealed under the new one, and reads them back; durable when it returns. A
   * file that is there, sealed under this key, keeps the keys that it has. Who writes at the same
   * moment waits, by a lock on the file of this name with {@code .lock} behind it, which stays.
   *
   * @throws WrongKeyException when the file is sealed under another key: it is not overwritten
   * @throws AEADBadTagException when the file is something else, or was altered
   * @throws InvalidKeyException as {@link #seal}
   * @throws IllegalArgumentException as {@link #seal}, and when the file has another key with the
   *     id of one of these: it is not overwritten
   */
  public void write(Key current, Collection<? extends Key> old)
      throws IOException, AEADBadTagException, InvalidKeyException {
    WriterLock lock = lock();
    try {
      writeAlone(current, old);
    } finally {
      lock.close();
    }
  }

  private WriterLock lock() throws IOException {
    return WriterLock.of(file.resolveSibling(file.getFileName() + ".lock"), file.toString());
  }

  private void writeAlone(Key current, Collection<? extends Key> old)
      throws IOException, AEADBadTagException, InvalidKeyException {
    List<UserMasterKey> kept = Files.exists(file) ? read(current) : List.of();
    try {
      List<Key> all = new ArrayList<>(kept);
      for (Key key : old) {
        try (UserMasterKey copy = named(key)) {
          if (isMissing(copy, kept)) {
            all.add(key);
          }
        }
      }
      DurableFile.write(file, seal(all, current));
      read(current).forEach(UserMasterKey::close);
    } finally {
      kept.forEach(UserMasterKey::close);
    }
  }

  /** Two keys of one id, of which a list holds one, would be one key too few. */
  private boolean isMissing(UserMasterKey key, List<UserMasterKey> kept) {
    for (UserMasterKey other : kept) {
      if (other.id().equals(key.id())) {
        if (other.generation() != key.generation() || !hasSameBytes(key, other)) {
          throw new IllegalArgumentException(
              file
                  + " has another key, or generation, with the id "
                  + SealedKeysContent.idOf(key)
                  + "; write this one to a file of its own");
        }
        return false;
      }
    }
    return true;
  }

  private static boolean hasSameBytes(UserMasterKey one, UserMasterKey other) {
    try (SecretBytes bytes = SecretBytes.adopt(one.getEncoded());
        SecretBytes others = SecretBytes.adopt(other.getEncoded())) {
      return bytes.sameBytes(others);
    }
  }

  /**
   * Reads the keys.
   *
   * @return which the caller closes
   * @throws java.nio.file.NoSuchFileException when there is no such file
   * @throws AEADBadTagException as {@link #open}
   * @throws InvalidKeyException as {@link #open}
   */
  public List<UserMasterKey> read(Key current)
      throws IOException, AEADBadTagException, InvalidKeyException {
    return open(content(), current);
  }

  private byte[] content() throws IOException {
    return HandedInSecret.content(file, LONGEST);
  }

  /** The id of the key that an envelope names. */
  private static KeyId keyOf(byte[] sealed) throws AEADBadTagException {
    return EnvelopeHeader.parse(sealed, sealed.length).keyId();
  }

  /** Nothing, or what the old keys in memory of a ring lack to be safe in this file. */
  @Nullable String problemWith(KeyRing ring) throws IOException, AEADBadTagException {
    if (!Files.exists(file)) {
      return file + " is not there; write it first: SealedKeys.write";
    }
    byte[] content = content();
    // [rotation-6]
    if (!keyOf(content).equals(ring.current())) {
      return file
          + " is sealed under the key "
          + keyOf(content)
          + ", and not under the new one, "
          + ring.current()
          + "; write another file: SealedKeys.write";
    }
    List<UserMasterKey> sealed = decoded(ring.open(content, ContextBinding.of(CONTEXT)));
    try {
      Set<KeyId> missing = ring.oldKeysNotIn(sealed);
      return missing.isEmpty() ? null : file + " does not have the old keys " + missing;
    } finally {
      sealed.forEach(UserMasterKey::close);
    }
  }

  /**
   * Deletes the file, after a rotation that is complete, and only then. From now on nothing opens
   * under the old keys, old copies of records neither: whoever restores a backup from before has to
   * have kept them elsewhere. Where several stores have records under these keys, each needs its
   * complete rotation first: a report speaks of one.
   *
   * @param report of a run that began when no writer sealed under an old key any more
   * @param current the key that the file is sealed under
   * @return false when there was no file
   * @throws IllegalStateException when the rotation is not complete, saw no record, or moved to
   *     another key, or the file has other keys than those that it freed
   */
  public boolean retire(RotationReport report, Key current)
      throws IOException, AEADBadTagException, InvalidKeyException {
    // [rotation-13]
    if (!report.isComplete()) {
      throw new IllegalStateException("the old keys are still needed: " + report);
    }
    if (!report.sawRecords()) {
      throw new IllegalStateException(
          "the rotation saw no record at all, and an empty store is often the wrong one; if it is"
              + " the right one, and has no records, delete "
              + file
              + " yourself");
    }
    WriterLock lock = lock();
    try {
      return Files.exists(file) && retireAlone(report, current);
    } finally {
      lock.close();
    }
  }

  private boolean retireAlone(RotationReport report, Key current)
      throws IOException, AEADBadTagException, InvalidKeyException {
    byte[] content = content();
    List<UserMasterKey> sealed = open(content, current);
    sealed.forEach(UserMasterKey::close);
    if (!keyOf(content).equals(report.current())) {
      throw new IllegalStateException(
          file
              + " is sealed under the key "
              + keyOf(content)
              + ", and this rotation moved records to another one, "
              + report.current()
              + "; retire with the report of one that moved them to that key");
    }
    Set<KeyId> ids = sealed.stream().map(SealedKeysContent::idOf).collect(Collectors.toSet());
    ids.removeAll(report.freed());
    if (!ids.isEmpty()) {
      throw new IllegalStateException(
          file
              + " has keys that this rotation did not look for, "
              + ids
              + "; rotate with these among the old ones, and retire with that report");
    }
    return DurableFile.delete(file);
  }
}
