package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which keys of ours a URI means: RFC 7512, section 2.3, where {@code object} is the name in a
 * key's label, {@code id} its CKA_ID, and {@code type} the class of its secret object.
 */
public final class KeyAddress {
  private final Optional<String> name;
  private final Optional<byte[]> id;
  private final Optional<String> type;

  /**
   * What the path of a pkcs11: URI says of keys.
   *
   * @throws CustodyException UNSUPPORTED for a type that no key of ours has
   */
  public KeyAddress(CustodyUri uri) {
    this.name = uri.attribute("object");
    this.id = uri.attributeBytes("id");
    this.type = uri.attribute("type");
    if (type.isPresent() && !KeyUse.types().contains(type.get())) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "type= is one of "
              + KeyUse.types()
              + ", as a key here is no "
              + type.get()
              + "; leave it out of the URI");
    }
  }

  boolean means(TokenKey key) {
    return meansName(key.label().name())
        && (id.isEmpty() || Arrays.equals(id.get(), key.id().toBytes()))
        && meansUse(key.label().use());
  }

  /** Whether a new generation of a name would be meant. */
  boolean meansNew(String ofName) {
    return id.isEmpty() && meansName(ofName);
  }

  private boolean meansName(String other) {
    return name.isEmpty() || name.get().equals(other);
  }

  /** Whether keys of a use are meant. */
  boolean meansUse(KeyUse use) {
    return type.isEmpty() || type.get().equals(use.type());
  }
}
