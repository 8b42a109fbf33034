package dev.e2ee.store;

/** A record that was opened. It is the caller's, who wipes the content when that is worth it. */
public final class StoreRecord {
  private final byte[] content;
  private final long revision;
  private final int generation;

  StoreRecord(byte[] content, long revision, int generation) {
    this.content = content;
    this.revision = revision;
    this.generation = generation;
  }

  /** The content, up to 16 MiB; not a copy. */
  public byte[] content() {
    return content;
  }

  /** What its writer counted, 0 when nobody counts. Remember it, and ask for it the next time. */
  public long revision() {
    return revision;
  }

  /** The generation of the key that sealed it. */
  public int generation() {
    return generation;
  }

  /** Its length and numbers; nothing of the content. */
  @Override
  public String toString() {
    return "StoreRecord["
        + content.length
        + " bytes, revision "
        + revision
        + ", generation "
        + generation
        + "]";
  }
}
