package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The other object of a key, which comes and goes with it: the signer of wrapAlg 4, the MAC key of
 * wrapAlg 3. Its id and label follow from the key's id. Section 2 of {@code
 * testvectors/spec/token.md}.
 */
enum KeyPart {
  /** [token-20] */
  SIGNER("e2ee-token-signer-v1", "e2ee-signer:1:", Template.PRIVATE_KEY, "signing"),
  /** [token-24] */
  MAC_KEY("e2ee-token-mac-v1", "e2ee-mac:1:", Template.SECRET_KEY, "MAC");

  private final String title;
  private final String label;
  private final long objectClass;
  private final String word;

  KeyPart(String title, String label, long objectClass, String word) {
    this.title = title;
    this.label = label;
    this.objectClass = objectClass;
    this.word = word;
  }

  /** Its CKA_ID: the first 16 bytes of SHA-256 of title, 0 and the key's own. */
  KeyId idOf(Engine engine, KeyId key) {
    byte[] named =
        Arrays.copyOf(title.getBytes(StandardCharsets.US_ASCII), title.length() + 1 + KeyId.LENGTH);
    System.arraycopy(key.toBytes(), 0, named, title.length() + 1, KeyId.LENGTH);
    return KeyId.of(Arrays.copyOf(engine.sha256(named), KeyId.LENGTH));
  }

  /** Its CKA_LABEL. */
  String labelOf(KeyId key) {
    return label + key;
  }

  /** All its objects, the public half of a pair too. */
  List<Long> all(CryptokiSession session, Engine engine, KeyId key) throws CryptokiException {
    return session.find(named(Template.empty(), engine, key));
  }

  private Template named(Template wanted, Engine engine, KeyId key) {
    return wanted
        .with(Attribute.ID, idOf(engine, key).toBytes())
        .with(Attribute.LABEL, labelOf(key));
  }

  /**
   * A key with it; of MEMORY when it was not made in the token to stay there. [token-18]
   *
   * @param like the use whose keys are of its type
   * @throws CustodyException CORRUPT when there is none, AMBIGUOUS
   */
  TokenKey in(CryptokiSession session, Engine engine, TokenKey key, KeyUse like)
      throws CryptokiException {
    if (key.part().isPresent()) {
      return key;
    }
    Template wanted = Template.ofClass(objectClass).with(Attribute.PRIVATE, true);
    List<Long> found = session.find(named(wanted, engine, key.id()));
    if (found.size() != 1) {
      throw new CustodyException(
          found.isEmpty() ? Kind.CORRUPT : Kind.AMBIGUOUS,
          "the token has "
              + found.size()
              + " "
              + word
              + " keys for the key with the id "
              + key.id()
              + ", not one; compare it with a backup");
    }
    long part = found.get(0);
    return key.with(part, TokenReader.staysAs(session, part, like));
  }
}
