package dev.e2ee.interop.acontext;

import java.util.Map;

/** An object as Acontext stores it: nonce, ciphertext and tag, and the metadata beside them. */
public final class AcontextObject {
  private final byte[] body;
  private final Map<String, String> metadata;

  AcontextObject(byte[] body, Map<String, String> metadata) {
    this.body = body;
    this.metadata = Map.copyOf(metadata);
  }

  /** A copy of the body, 28 bytes longer than the content. */
  public byte[] body() {
    return body.clone();
  }

  /** {@code enc-algo}, {@code enc-dek-user} and, when it was asked for, {@code sha256}. */
  public Map<String, String> metadata() {
    return metadata;
  }
}
