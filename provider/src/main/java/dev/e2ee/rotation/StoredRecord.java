package dev.e2ee.rotation;

import java.util.Objects;

/** A record as a store gave it: its bytes, and what the store knows this state of it by. */
public final class StoredRecord {
  private final byte[] bytes;
  private final Object version;

  /**
   * A record, for stores.
   *
   * @param bytes which nobody changes from here on
   * @param version what {@link RecordStore#replace} compares; for the store alone
   */
  public StoredRecord(byte[] bytes, Object version) {
    this.bytes = Objects.requireNonNull(bytes, "bytes");
    this.version = Objects.requireNonNull(version, "version");
  }

  /** The bytes themselves, not a copy: not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** What the store knows this state by. */
  public Object version() {
    return version;
  }

  @Override
  public String toString() {
    return "StoredRecord[" + bytes.length + " bytes]";
  }
}
