package dev.e2ee.custody.file.internal.core;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.argon2.InsufficientMemoryException;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Damage;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotHead;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.crypto.AEADBadTagException;

/**
 * Puts the file key into slots and takes it out. A slot's commitment is compared before its box is
 * opened: AES-GCM alone would let one box open under several keys, and so one try test several
 * passphrases.
 */
public final class SlotCipher {
  private static final int KEY = 32;
  private static final int SALT = 32;

  private final Engine engine;
  private final Path file;
  private final Bytes fileId;

  /** For the slots of one file. */
  public SlotCipher(Engine engine, Path file, Bytes fileId) {
    this.engine = engine;
    this.file = file;
    this.fileId = fileId;
  }

  /** A slot for a passphrase, with a salt of its own. */
  public Slot forPassphrase(
      SlotHead head, SecretBytes passphrase, Argon2Cost cost, SecretBytes fileKey) {
    Bytes salt = Bytes.of(engine.random(SALT));
    byte[] committed =
        Bytes.concat(
            head.encode(SlotBody.OfPassphrase.TYPE, SlotBody.OfPassphrase.LENGTH),
            SlotBody.OfPassphrase.parameters(cost, salt));
    try (SecretBytes kek = kek(passphrase, cost, salt)) {
      Bytes commitment = commitment(kek, committed);
      Bytes box = seal(kek, committed, commitment, fileKey);
      return new Slot(head, new SlotBody.OfPassphrase(cost, salt, commitment, box));
    }
  }

  /** A slot for a slot-key file's 32-byte key. */
  public Slot forSlotKey(SlotHead head, SecretBytes kek, SecretBytes fileKey) {
    return forKek(head, SlotBody.OfSlotKey.TYPE, SlotBody.OfSlotKey::new, kek, fileKey);
  }

  /** A slot for the 32-byte key in an item of a keychain. */
  public Slot forKeychain(SlotHead head, SecretBytes kek, SecretBytes fileKey) {
    return forKek(head, SlotBody.OfKeychain.TYPE, SlotBody.OfKeychain::new, kek, fileKey);
  }

  private Slot forKek(
      SlotHead head,
      int type,
      BiFunction<Bytes, Bytes, SlotBody> body,
      SecretBytes kek,
      SecretBytes fileKey) {
    byte[] committed = head.encode(type, SlotBody.OfKek.LENGTH);
    Bytes commitment = commitment(kek, committed);
    return new Slot(head, body.apply(commitment, seal(kek, committed, commitment, fileKey)));
  }

  /**
   * The file key from a passphrase slot; empty when the passphrase is not this slot's.
   *
   * @throws CustodyException EXHAUSTED when the heap is too small for the slot's cost
   */
  public Optional<SecretBytes> open(Slot slot, SlotBody.OfPassphrase body, SecretBytes passphrase) {
    try (SecretBytes kek = kek(passphrase, body.cost(), body.salt())) {
      return open(kek, committed(slot), body.commitment(), body.box());
    }
  }

  /**
   * The file key from a slot whose key is kept elsewhere; empty when the key is not this slot's.
   */
  public Optional<SecretBytes> open(Slot slot, SlotBody.OfKek body, SecretBytes kek) {
    return open(kek, committed(slot), body.commitment(), body.box());
  }

  private static byte[] committed(Slot slot) {
    SlotBody body = slot.body();
    return Bytes.concat(slot.head().encode(body.type(), body.length()), body.parameters());
  }

  private SecretBytes kek(SecretBytes passphrase, Argon2Cost cost, Bytes salt) {
    if (engine.isApprovedOnly()) {
      NotApprovedException why =
          new NotApprovedException(
              "Argon2id, which a passphrase slot needs,", "a slot key (e2ee init --raw)");
      throw new CustodyException(Kind.POLICY, file + ": " + why.getMessage(), why);
    }
    byte[] text = passphrase.copy();
    try { // [keyfile-19]
      return SecretBytes.adopt(Argon2id.derive(cost, text, salt.copy(), KEY));
    } catch (InsufficientMemoryException e) {
      throw new CustodyException(Kind.EXHAUSTED, String.valueOf(e.getMessage()), e);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private Bytes commitment(SecretBytes kek, byte[] committed) {
    return Bytes.of(Hkdf.expand(engine, kek, Labels.SLOT_COMMITMENT.of(fileId, committed), KEY));
  }

  private Bytes seal(SecretBytes kek, byte[] committed, Bytes commitment, SecretBytes fileKey) {
    byte[] plain = fileKey.copy();
    try {
      return Bytes.of(Box.seal(engine, kek, plain, boxAad(committed, commitment)));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private Optional<SecretBytes> open(
      SecretBytes kek, byte[] committed, Bytes commitment, Bytes box) {
    byte[] expected = commitment(kek, committed).copy();
    if (!MessageDigest.isEqual(expected, commitment.copy())) { // [keyfile-20]
      return Optional.empty();
    }
    try { // [keyfile-21]
      byte[] aad = boxAad(committed, commitment);
      return Optional.of(SecretBytes.adopt(Box.open(engine, kek, box.copy(), aad)));
    } catch (AEADBadTagException e) {
      throw Damage.altered(
          file, "a slot's commitment fits the secret and its wrapped file key does not");
    }
  }

  private byte[] boxAad(byte[] committed, Bytes commitment) {
    return Labels.SLOT_BOX.of(fileId, Bytes.concat(committed, commitment.copy()));
  }
}
