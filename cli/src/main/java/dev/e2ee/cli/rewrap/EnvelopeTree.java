package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.journal.HeaderJournal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The envelopes in a directory and below, known by their first bytes or by the ending .e2ee: a
 * damaged one is to be named, not passed over. Symbolic links are not followed; unfinished files
 * that a killed run has left are removed on the way.
 */
final class EnvelopeTree extends SimpleFileVisitor<Path> {
  private static final byte[] MAGIC = "E2EE".getBytes(StandardCharsets.US_ASCII);

  private static final String ENDING = ".e2ee";

  /** What goes on in printable text after the magic is no envelope; a version number is below. */
  private static final int FIRST_PRINTABLE = 32;

  private static final int LAST_PRINTABLE = 126;
  private static final List<String> KEYS = List.of("E2EEKEYS", "E2EESLOT");
  private static final int LONGEST = 8;

  private final List<Path> envelopes = new ArrayList<>();
  private final Map<Path, IOException> unreadable = new LinkedHashMap<>();
  private int others;

  private EnvelopeTree() {}

  /** Looks through a directory. */
  static EnvelopeTree below(Path root) throws IOException {
    EnvelopeTree tree = new EnvelopeTree();
    Files.walkFileTree(root, tree);
    tree.envelopes.sort(null);
    return tree;
  }

  /** The envelopes, in the order of their paths. */
  List<Path> envelopes() {
    return envelopes;
  }

  /** What could not be looked at. */
  Map<Path, IOException> unreadable() {
    return unreadable;
  }

  /** How many files are no envelopes. */
  int others() {
    return others;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (isOfDevice(directory)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    PendingFile.sweep(directory);
    return FileVisitResult.CONTINUE;
  }

  /** What a device keeps beside its key file is sealed under a key that is never re-wrapped. */
  private static boolean isOfDevice(Path directory) {
    return Files.exists(directory.resolve("identity.e2ee"))
        && Files.exists(directory.resolve("registry.e2ee"))
        && Files.exists(directory.resolve("profile"));
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    try {
      if (attributes.isRegularFile() && !PendingFile.isOne(file) && isEnvelope(file)) {
        envelopes.add(file);
      } else if (!HeaderJournal.isOne(file)) {
        others++;
      }
    } catch (IOException e) {
      unreadable.put(file, e);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    unreadable.put(file, e);
    return FileVisitResult.CONTINUE;
  }

  private static boolean isEnvelope(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(LONGEST);
      if (KEYS.contains(new String(head, StandardCharsets.ISO_8859_1))) {
        return false;
      }
      return file.toString().endsWith(ENDING) || beginsAsOne(head);
    }
  }

  private static boolean beginsAsOne(byte[] head) {
    if (head.length < MAGIC.length
        || !Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return false;
    }
    return head.length == MAGIC.length
        || head[MAGIC.length] < FIRST_PRINTABLE
        || head[MAGIC.length] > LAST_PRINTABLE;
  }
}
