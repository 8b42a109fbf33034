package dev.e2ee.custody.file.internal.core;

import dev.e2ee.custody.file.internal.format.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What each derivation and each box of a key file is for: tag || 0x00 || file id || lp(about). */
enum Labels { // [keyfile-17]
  SLOT_COMMITMENT("e2ee-keyfile-slot-commit-v1"),
  SLOT_BOX("e2ee-keyfile-slot-v1"),
  MAC_KEY("e2ee-keyfile-mac-v1"),
  WRAP_KEY("e2ee-keyfile-wrap-v1"),
  KEY_BOX("e2ee-keyfile-key-v1"),
  KEY_COMMITMENT("e2ee-keyfile-key-commit-v1");

  private final String tag;

  Labels(String tag) {
    this.tag = tag;
  }

  byte[] of(Bytes fileId, byte[] about) {
    byte[] text = tag.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(text.length + 1 + fileId.length() + 4 + about.length)
        .put(text)
        .put((byte) 0)
        .put(fileId.copy())
        .putInt(about.length)
        .put(about)
        .array();
  }
}
