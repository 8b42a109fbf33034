package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;

/** Where an opened key file is in its life; each phase knows the file's last known content. */
sealed interface Phase {
  /** The content as it was last read. */
  KeyFileDocument document();

  /** No secret is in memory; the content is not authenticated. */
  record Locked(KeyFileDocument document) implements Phase {}

  /** For good. */
  record Closed(KeyFileDocument document) implements Phase {}

  /** The keys can be used; the content is authentic. */
  final class Unlocked implements Phase {
    private final KeyFileDocument document;
    private final FileSecrets secrets;

    Unlocked(KeyFileDocument document, FileSecrets secrets) {
      this.document = document;
      this.secrets = secrets;
    }

    @Override
    public KeyFileDocument document() {
      return document;
    }

    FileSecrets secrets() {
      return secrets;
    }
  }
}
