package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.Residency;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds keys of ours among a token's objects. */
final class TokenReader {
  private static final Attribute[] SHOWN = {
    Attribute.ID,
    Attribute.LABEL,
    Attribute.KEY_TYPE,
    Attribute.VALUE_LEN,
    Attribute.SENSITIVE,
    Attribute.EXTRACTABLE,
    Attribute.LOCAL,
    Attribute.ALWAYS_SENSITIVE,
    Attribute.NEVER_EXTRACTABLE
  };

  private TokenReader() {}

  /** All keys of ours, in no order. */
  static List<TokenKey> all(CryptokiSession session, Token token) throws CryptokiException {
    List<TokenKey> found = new ArrayList<>();
    for (long objectClass : new long[] {Template.SECRET_KEY, Template.PRIVATE_KEY}) {
      Template wanted =
          Template.ofClass(objectClass)
              .with(Attribute.TOKEN, true)
              .with(Attribute.PRIVATE, true); // [token-17]
      for (long handle : session.find(wanted)) {
        read(session, token, handle).ifPresent(found::add);
      }
    }
    return found;
  }

  /**
   * The key of ours with an id.
   *
   * @throws CustodyException AMBIGUOUS when several objects have it; TRANSIENT when the token shows
   *     another object in its place (tpm2-pkcs11 1.9.0 gives one handle to several objects that it
   *     makes after it has deleted some)
   */
  static Optional<TokenKey> find(CryptokiSession session, Token token, KeyId id)
      throws CryptokiException {
    List<Long> found = new ArrayList<>();
    for (long objectClass : new long[] {Template.SECRET_KEY, Template.PRIVATE_KEY}) {
      Template wanted =
          Template.ofClass(objectClass)
              .with(Attribute.TOKEN, true)
              .with(Attribute.PRIVATE, true)
              .with(Attribute.ID, id.toBytes());
      found.addAll(session.find(wanted));
    }
    if (found.size() > 1) {
      throw new CustodyException(
          Kind.AMBIGUOUS,
          "the token has " + found.size() + " keys with the id " + id + "; delete the wrong ones");
    }
    Optional<TokenKey> key =
        found.isEmpty() ? Optional.empty() : read(session, token, found.get(0));
    if (key.isPresent() && !key.get().id().equals(id)) {
      throw new CustodyException(
          Kind.TRANSIENT,
          "the token shows another object than the key with the id "
              + id
              + "; close everything that uses its module, and open it again");
    }
    return key;
  }

  /** Whether any object, of ours or not, has this id: some tokens replace one by another then. */
  static boolean isTaken(CryptokiSession session, KeyId id) throws CryptokiException {
    return !handles(session, id).isEmpty();
  }

  /** The public half of a key pair, by its id and the label that both halves have. */
  static List<Long> publicHalves(CryptokiSession session, KeyId id, String label)
      throws CryptokiException {
    return session.find(
        Template.ofClass(Template.PUBLIC_KEY)
            .with(Attribute.ID, id.toBytes())
            .with(Attribute.LABEL, label));
  }

  /** All public keys with an id: whoever has no PIN can put some there. */
  static List<Long> publicHalves(CryptokiSession session, KeyId id) throws CryptokiException {
    return session.find(Template.ofClass(Template.PUBLIC_KEY).with(Attribute.ID, id.toBytes()));
  }

  /**
   * The same, where there must be one at least.
   *
   * @throws CustodyException CORRUPT
   */
  static List<Long> requirePublicHalves(CryptokiSession session, KeyId id)
      throws CryptokiException {
    List<Long> found = publicHalves(session, id);
    if (found.isEmpty()) {
      throw new CustodyException(
          Kind.CORRUPT,
          "the token has no public key with the id "
              + id
              + ", and does not show it of the private one: somebody deleted it, for which no PIN"
              + " is needed. Put it back from a backup of the token");
    }
    return found;
  }

  /**
   * The one that was found of the pair that was just made: no other can be told from it.
   *
   * @throws CustodyException CORRUPT, AMBIGUOUS
   */
  static <T> T made(List<T> found, KeyId id) {
    if (found.size() != 1) {
      throw new CustodyException(
          found.isEmpty() ? Kind.CORRUPT : Kind.AMBIGUOUS,
          "the token shows "
              + found.size()
              + " public keys of the pair that it has just made, with the id "
              + id
              + ", not one; try again, and find out who else writes to the token");
    }
    return found.get(0);
  }

  /** That a public half is not what it was when its pair was made. */
  static CustodyException exchanged(KeyId id) {
    return new CustodyException(
        Kind.CORRUPT,
        "the public key with the id " + id + " is not the one that was made with the private one");
  }

  /** All objects with an id, whosesoever they are. */
  static List<Long> handles(CryptokiSession session, KeyId id) throws CryptokiException {
    return session.find(Template.empty().with(Attribute.ID, id.toBytes()));
  }

  /** The key of ours with a handle, also one that ends with its session. */
  static Optional<TokenKey> read(CryptokiSession session, Token token, long handle)
      throws CryptokiException {
    Template shown;
    try {
      shown = session.read(handle, SHOWN);
    } catch (CryptokiException e) {
      if (e.is(Ckr.OBJECT_HANDLE_INVALID)) {
        return Optional.empty(); // somebody deleted it after it was found
      }
      throw e;
    }
    Optional<KeyLabel> label = shown.text(Attribute.LABEL).flatMap(KeyLabel::parse);
    Optional<byte[]> id = shown.bytes(Attribute.ID).filter(bytes -> bytes.length == KeyId.LENGTH);
    return label.isEmpty() || id.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TokenKey(
                handle, KeyId.of(id.get()), label.get(), residency(shown, label.get(), token)));
  }

  private static Residency residency(Template shown, KeyLabel label, Token token) {
    if (!stays(shown) || !isOf(label.use(), shown)) {
      return Residency.MEMORY;
    }
    boolean madeThere = shown.truth(Attribute.LOCAL).orElse(false);
    return token.hardware() && madeThere ? Residency.HARDWARE : Residency.ISOLATED;
  }

  /** Whether it is of the type and length that keys of this use have. */
  private static boolean isOf(KeyUse use, Template shown) {
    return switch (use) {
      case GCM, KW -> isSecretOf(KeyWork.AES, shown);
      case HMAC -> isSecretOf(KeyWork.GENERIC_SECRET, shown);
      case OAEP_3072, OAEP_2048 -> isOfType(KeyWork.RSA, shown);
      case ECDH, ECDSA -> isOfType(KeyWork.EC, shown);
    };
  }

  private static boolean isOfType(long type, Template shown) {
    return shown.number(Attribute.KEY_TYPE).equals(Optional.of(type));
  }

  private static boolean isSecretOf(long type, Template shown) {
    return isOfType(type, shown) && shown.number(Attribute.VALUE_LEN).orElse(32L) == 32;
  }

  /**
   * Never shown and never to leave, from its beginning on, as the token itself says. [token-1] A
   * key from outside is neither always sensitive nor never extractable. NSS calls no secret key
   * local.
   */
  private static boolean stays(Template shown) {
    return shown.truth(Attribute.SENSITIVE).orElse(false)
        && !shown.truth(Attribute.EXTRACTABLE).orElse(true)
        && shown.truth(Attribute.ALWAYS_SENSITIVE).orElse(false)
        && shown.truth(Attribute.NEVER_EXTRACTABLE).orElse(false);
  }

  /** Whether a part of a key is what keys of a use are, and stays in the token, too. [token-18] */
  static boolean staysAs(CryptokiSession session, long part, KeyUse use) throws CryptokiException {
    Template shown = session.read(part, SHOWN);
    return stays(shown) && isOf(use, shown);
  }
}
