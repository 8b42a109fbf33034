package dev.e2ee.cli.journal;

import dev.e2ee.cli.io.PendingFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is kept beside an envelope while a new header is written over its old one, so that neither
 * kill nor power loss can cost the envelope: both headers, and what tells the envelope from others,
 * which is its size and the salt and commitment of its body. Nothing in it is secret.
 *
 * <pre>
 * "E2EERWRP" 8 | version 1 | size 8 | salt and commitment 56 | length n 2 | old header n | new header n | SHA-256 of all this 32
 * </pre>
 */
public final class HeaderJournal {
  /** The length of salt and commitment, which a suite 2 body begins with. */
  private static final int BODY_HEAD = 56;

  private static final String ENDING = ".e2ee-rewrap";
  private static final int LONGEST_NAME = 255;
  private static final byte[] MAGIC = "E2EERWRP".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int FIXED = MAGIC.length + 1 + Long.BYTES + BODY_HEAD + Short.BYTES;
  private static final int DIGEST = 32;
  private static final int LONGEST_HEADER = 4096;

  private final long size;
  private final byte[] bodyHead;
  private final byte[] old;
  private final byte[] fresh;

  private HeaderJournal(long size, byte[] bodyHead, byte[] old, byte[] fresh) {
    this.size = size;
    this.bodyHead = bodyHead;
    this.old = old;
    this.fresh = fresh;
  }

  /**
   * For an envelope of suite 2.
   *
   * @param start its first bytes: its header and 56 more, or more
   * @param size of all of it in bytes
   * @param headerLength how many of the first bytes are the header
   * @param fresh the header to come, as long as the old one
   */
  public static HeaderJournal of(byte[] start, long size, int headerLength, byte[] fresh) {
    if (fresh.length != headerLength) {
      throw new IllegalArgumentException("the headers differ in length");
    }
    return new HeaderJournal(
        size,
        Arrays.copyOfRange(start, headerLength, headerLength + BODY_HEAD),
        Arrays.copyOf(start, headerLength),
        fresh.clone());
  }

  /** Where the journal of an envelope lies. */
  public static Path beside(Path envelope) {
    return envelope.resolveSibling(envelope.getFileName() + ENDING);
  }

  /** Whether a file is a journal, by its name. */
  public static boolean isOne(Path file) {
    return String.valueOf(file.getFileName()).endsWith(ENDING);
  }

  /** Whether something lies where the journal of an envelope would. */
  public static boolean isBeside(Path envelope) {
    return Files.exists(beside(envelope), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether an envelope's name leaves room for the journal's. */
  public static boolean hasRoomBeside(Path envelope) {
    String name = String.valueOf(beside(envelope).getFileName());
    return name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
  }

  /**
   * The journal beside an envelope; empty when there is none, or none that is whole.
   *
   * @throws IOException when it cannot be read
   */
  public static Optional<HeaderJournal> read(Path envelope) throws IOException {
    Path file = beside(envelope);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return decode(in.readNBytes(FIXED + 2 * LONGEST_HEADER + DIGEST + 1));
    }
  }

  private static Optional<HeaderJournal> decode(byte[] bytes) {
    int end = bytes.length - DIGEST;
    if (end < FIXED
        || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))
        || !MessageDigest.isEqual(
            sha256(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, MAGIC.length, end - MAGIC.length);
    byte version = in.get();
    long size = in.getLong();
    byte[] bodyHead = taken(in, BODY_HEAD);
    int length = in.getShort();
    if (version != VERSION || in.remaining() != 2 * length) {
      return Optional.empty();
    }
    return Optional.of(new HeaderJournal(size, bodyHead, taken(in, length), taken(in, length)));
  }

  private static byte[] taken(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** Puts the journal beside its envelope, on disk when this returns. */
  public void write(Path envelope) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(FIXED + 2 * old.length + DIGEST);
    out.put(MAGIC).put(VERSION).putLong(size).put(bodyHead);
    out.putShort((short) old.length).put(old).put(fresh);
    out.put(sha256(out.array(), out.position()));
    try (PendingFile pending = PendingFile.write(PendingFile.parentOf(envelope), out.array())) {
      FileState.copyOwnership(envelope, pending.path());
      pending.create(beside(envelope));
    }
  }

  /** Removes the journal beside an envelope, also from the disk. */
  public static void delete(Path envelope) throws IOException {
    Files.deleteIfExists(beside(envelope));
    PendingFile.forceParentOf(envelope);
  }

  private static byte[] sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The header that is to come. */
  public byte[] fresh() {
    return fresh.clone();
  }

  /** The header that was there. */
  public byte[] old() {
    return old.clone();
  }

  /**
   * Whether an envelope's header was left half written: it is neither of the two, but each of its
   * bytes is from one of them, and all that a header exchange does not touch is as it was.
   *
   * @param start the envelope's first bytes: its header and 56 more, or more
   * @param envelopeSize of all of it in bytes
   */
  public boolean isTorn(byte[] start, long envelopeSize) {
    int length = old.length;
    if (envelopeSize != size
        || start.length < length + BODY_HEAD
        || !Arrays.equals(start, length, length + BODY_HEAD, bodyHead, 0, BODY_HEAD)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (start[i] != old[i] && start[i] != fresh[i]) {
        return false;
      }
    }
    return !Arrays.equals(start, 0, length, old, 0, length)
        && !Arrays.equals(start, 0, length, fresh, 0, length);
  }
}
