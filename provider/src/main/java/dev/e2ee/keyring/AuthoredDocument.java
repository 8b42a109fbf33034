package dev.e2ee.keyring;

import dev.e2ee.spi.internal.curve.Signatures;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sealed document with the signature of its author, which binds it to its path. {@code
 * testvectors/spec/keyring.md}, section 8.
 */
public final class AuthoredDocument {
  private final byte[] document;
  private final Signer author;
  private final byte[] signature;

  private AuthoredDocument(byte[] document, Signer author, byte[] signature) {
    this.document = document;
    this.author = author;
    this.signature = signature;
  }

  /**
   * As the server gave it; the arrays are copied.
   *
   * @param document JSON, {@code {"_encrypted":…,"_epoch":…}}
   * @param author who is said to have signed it
   * @param signature 64 bytes
   * @throws IllegalArgumentException when the signature has another length
   */
  public static AuthoredDocument of(byte[] document, Signer author, byte[] signature) {
    if (signature.length != Signatures.LENGTH) {
      throw new IllegalArgumentException(
          "a signature has " + Signatures.LENGTH + " bytes, not " + signature.length);
    }
    return new AuthoredDocument(
        document.clone(), Objects.requireNonNull(author, "author"), signature.clone());
  }

  /** A copy of the sealed document, JSON. */
  public byte[] document() {
    return document.clone();
  }

  /** Who signed it. */
  public Signer author() {
    return author;
  }

  /** A copy of the signature, 64 bytes. */
  public byte[] signature() {
    return signature.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthoredDocument that
        && Arrays.equals(document, that.document)
        && author.equals(that.author)
        && Arrays.equals(signature, that.signature);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(document), author, Arrays.hashCode(signature));
  }

  @Override
  public String toString() {
    return "AuthoredDocument[" + document.length + " bytes by " + author.key() + "]";
  }
}
