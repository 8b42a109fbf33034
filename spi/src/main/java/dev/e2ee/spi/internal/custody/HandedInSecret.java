package dev.e2ee.spi.internal.custody;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A small file with a secret, which the caller named by its path. */
public final class HandedInSecret {
  private static final int FILE_TYPE = 0170000;
  private static final int PIPE = 0010000;
  private static final Pattern DESCRIPTOR =
      Pattern.compile("/dev/stdin|(/dev|/proc/self)/fd/[0-9]+");

  private HandedInSecret() {}

  /**
   * Reads one that others cannot read. A pipe is read until its writer closes it.
   *
   * @return the content, up to {@code most + 1} bytes, which the caller wipes
   * @throws CustodyException DENIED with the command that repairs it
   */
  public static byte[] read(Path file, int most) throws IOException {
    check(file);
    return content(file, most);
  }

  /**
   * Refuses a secret, named by path, that others can read. Symbolic links, an owner root and a
   * group that reads are allowed: containers and service managers hand secrets in this way.
   *
   * <p>A pipe is taken from the one who holds it as a descriptor, such as {@code /dev/stdin}. One
   * with a name of its own would block for ever when nobody writes to it.
   *
   * @throws CustodyException DENIED with the command that repairs it
   */
  private static void check(Path file) throws IOException {
    boolean known = UnixFile.isKnown(file);
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
      if (known
          && (UnixFile.of(file).mode() & FILE_TYPE) == PIPE
          && DESCRIPTOR.matcher(file.toString()).matches()) {
        return;
      }
      throw denied(
          file,
          "is not a regular file; give the path of one, or hand in a pipe as /dev/stdin or"
              + " /dev/fd/N");
    }
    if (!known) {
      return;
    }
    UnixFile found = UnixFile.of(file);
    if (found.uid() != UnixFile.ownUid() && found.uid() != UnixFile.ROOT) {
      throw denied(
          file,
          "belongs to another user; run this program as its owner, or, where the file should be"
              + " this user's, run: sudo chown $(id -un) "
              + UnixFile.quoted(file));
    }
    if ((found.mode() & 027) != 0) {
      throw denied(file, "is open to other users; run: chmod o=,g-wx " + UnixFile.quoted(file));
    }
  }

  /** The content, or more than {@code most} bytes of it, which tells that it is too long. */
  public static byte[] content(Path file, int most, LinkOption... links) throws IOException {
    List<OpenOption> how = new ArrayList<>(List.of(links));
    how.add(StandardOpenOption.READ);
    try (FileChannel in = FileChannel.open(file, Set.copyOf(how))) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(in.size(), most) + 1);
      while (in.read(buffer) >= 0 && buffer.position() <= most) {
        if (!buffer.hasRemaining()) {
          // It has more than it says: pipes and the files of /proc say 0.
          ByteBuffer larger = ByteBuffer.allocate(most + 1).put(buffer.flip());
          Arrays.fill(buffer.array(), (byte) 0);
          buffer = larger;
        }
      }
      byte[] content = Arrays.copyOf(buffer.array(), buffer.position());
      Arrays.fill(buffer.array(), (byte) 0);
      return content;
    }
  }

  private static CustodyException denied(Path path, String why) {
    return new CustodyException(Kind.DENIED, path + " " + why);
  }
}
