package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.PendingFile;
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
 * The envelopes in a directory and below, known by their first bytes. Symbolic links are not
 * followed; unfinished files that a killed run has left are removed on the way.
 */
final class EnvelopeTree extends SimpleFileVisitor<Path> {
  private static final byte[] MAGIC = "E2EE".getBytes(StandardCharsets.US_ASCII);

  /** A version number is below this; key files and slot-key files go on with a letter. */
  private static final int FIRST_LETTER = 32;

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
    PendingFile.sweep(directory);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    try {
      if (attributes.isRegularFile() && !PendingFile.isOne(file) && isEnvelope(file)) {
        envelopes.add(file);
      } else {
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
      byte[] head = in.readNBytes(MAGIC.length + 1);
      return head.length == MAGIC.length + 1
          && Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
          && head[MAGIC.length] >= 0
          && head[MAGIC.length] < FIRST_LETTER;
    }
  }
}
