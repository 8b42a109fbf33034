package dev.e2ee.custody.tck;

import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A store of the scheme {@code file:} in a folder that is its alone: a file there, which its faults
 * alter, lay open to others, and take away with its folder.
 */
public class FileStore extends TestedStore {
  private final Path folder;
  private final Path file;
  private final char[] secret;

  /**
   * A store that is there.
   *
   * @param folder deleted with all that is in it when this is closed
   * @param name of the file in it
   * @param secret what unlocks it; taken over, and overwritten in the end
   */
  public FileStore(Path folder, String name, char[] secret) {
    this.folder = folder;
    this.file = folder.resolve(name);
    this.secret = secret;
  }

  /** A new folder, which nobody else can use. */
  public static Path newFolder() throws IOException {
    return Files.createTempDirectory("e2ee-tck-store-").toRealPath();
  }

  /** The file. */
  protected final Path file() {
    return file;
  }

  @Override
  public CustodyUri uri() {
    return CustodyUri.ofFile(file);
  }

  @Override
  public char[] secret() {
    return secret.clone();
  }

  @Override
  public char[] wrongSecret() {
    char[] wrong = Arrays.copyOf(secret, secret.length + 6);
    Arrays.fill(wrong, secret.length, wrong.length, 'w');
    wrong[0]++;
    return wrong;
  }

  @Override
  public CustodyUri absent() {
    return CustodyUri.ofFile(file.resolveSibling("none"));
  }

  @Override
  public void deny() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  @Override
  public void allow() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  public void corrupt(KeyDescription key) throws IOException {
    changeOneBit();
  }

  @Override
  public void repair() throws IOException {
    changeOneBit();
  }

  private void changeOneBit() throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }

  @Override
  public void lose() throws IOException {
    Files.move(folder, away());
  }

  @Override
  public void bringBack() throws IOException {
    Files.move(away(), folder);
  }

  private Path away() {
    return folder.resolveSibling(folder.getFileName() + ".away");
  }

  @Override
  public void close() throws IOException {
    Arrays.fill(secret, '\0');
    for (Path left : new Path[] {folder, away()}) {
      if (Files.exists(left)) {
        remove(left);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
