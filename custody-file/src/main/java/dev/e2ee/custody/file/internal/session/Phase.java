package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import java.util.Optional;

/**
 * Where an opened key file is in its life; each phase knows the last content that was authentic.
 */
public sealed interface Phase {
  /** The last content whose authentication code was checked; empty before the first unlock. */
  Optional<KeyFileDocument> proven();

  /** No secret is in memory, so what is read now proves nothing. */
  record Locked(Optional<KeyFileDocument> proven) implements Phase {}

  /** For good. */
  record Closed(Optional<KeyFileDocument> proven) implements Phase {}

  /** The keys can be used; the content is authentic. */
  final class Unlocked implements Phase {
    private final KeyFileDocument document;
    private final FileSecrets secrets;
    private final Optional<FileStamp> stamp;
    private final Bytes openedBy;

    Unlocked(
        KeyFileDocument document, FileSecrets secrets, Optional<FileStamp> stamp, Bytes openedBy) {
      this.document = document;
      this.secrets = secrets;
      this.stamp = stamp;
      this.openedBy = openedBy;
    }

    @Override
    public Optional<KeyFileDocument> proven() {
      return Optional.of(document);
    }

    /** The content. */
    public KeyFileDocument document() {
      return document;
    }

    /** What opens its keys. */
    public FileSecrets secrets() {
      return secrets;
    }

    Optional<FileStamp> stamp() {
      return stamp;
    }

    /** The id of the slot that gave the secrets; it may be removed by now. */
    public Bytes openedBy() {
      return openedBy;
    }
  }
}
