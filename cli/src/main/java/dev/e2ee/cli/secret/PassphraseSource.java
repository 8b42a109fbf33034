package dev.e2ee.cli.secret;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a passphrase comes from: a file, an inherited descriptor, or a person at the terminal. */
public sealed interface PassphraseSource {
  /** The most bytes of UTF-8 that a passphrase may have. */
  int MAX_BYTES = 1024;

  /**
   * The passphrase, which the caller wipes.
   *
   * @throws Failure LOCKED when there is no way to get it, IO when it cannot be read
   */
  char[] read();

  /** The same for a new passphrase: a person types it twice. */
  char[] readNew();

  /** What the two options of this name say; a prompt when neither is given. */
  static PassphraseSource of(
      String option, @Nullable Path file, @Nullable Integer descriptor, String prompt) {
    if (file != null && descriptor != null) {
      throw Failure.usage("give either " + option + "-file or " + option + "-fd, not both", "");
    }
    if (file != null) {
      return new FromFile(file);
    }
    return descriptor == null ? new FromPerson(prompt) : FromDescriptor.of(option, descriptor);
  }

  /** Whether both would read the same descriptor, which holds one passphrase only. */
  default boolean clashesWith(PassphraseSource other) {
    return this instanceof FromDescriptor && equals(other);
  }

  /** Whether it takes standard input, which then has no room for data. */
  default boolean takesStandardInput() {
    List<String> names = List.of("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");
    return this instanceof FromFile from
        ? names.contains(from.file.toString())
        : equals(new FromDescriptor(0));
  }

  /** Reads a stream up to its end as one passphrase. */
  private static char[] readFrom(Path file, String what) {
    byte[] bytes = new byte[0];
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 3);
      return PassphraseText.fromFile(bytes, what);
    } catch (IOException e) {
      throw new Failure(
          Exit.IO, "the passphrase cannot be read from " + what, "Check that it is readable.", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** From a file. */
  record FromFile(Path file) implements PassphraseSource {
    @Override
    public char[] read() {
      refuseWhatOthersCanRead();
      return readFrom(file, file.toString());
    }

    /** As the library does for passphrase-source=file: its own group may read, nobody else. */
    private void refuseWhatOthersCanRead() {
      try {
        if (file.getFileSystem().supportedFileAttributeViews().contains("unix")
            && Files.isRegularFile(file)
            && Files.getAttribute(file, "unix:mode") instanceof Integer mode
            && (mode & 027) != 0) {
          throw new Failure(
              Exit.CUSTODY,
              "the passphrase file " + file + " is open to other users",
              "Run: chmod o=,g-wx '" + file.toString().replace("'", "'\\''") + "'");
        }
      } catch (IOException e) {
        // Reading it tells why.
      }
    }

    @Override
    public char[] readNew() {
      return read();
    }
  }

  /** From a descriptor that this process inherited. */
  record FromDescriptor(int number) implements PassphraseSource {
    static FromDescriptor of(String option, int number) {
      if (number < 0 || number == 1 || number == 2) {
        throw Failure.usage(
            option + "-fd takes 0 or a number from 3 on, of a descriptor open for reading", "");
      }
      return new FromDescriptor(number);
    }

    @Override
    public char[] read() {
      Path open = Path.of("/dev/fd/" + number);
      if (!Files.exists(open)) {
        throw new Failure(
            Exit.IO,
            "descriptor " + number + " was not passed",
            "Pass it in the shell, such as: " + number + "<FILE");
      }
      return readFrom(open, "descriptor " + number);
    }

    @Override
    public char[] readNew() {
      return read();
    }
  }

  /** From a person. */
  record FromPerson(String prompt) implements PassphraseSource {
    @Override
    public char[] read() {
      return Prompt.ask(prompt + ": ");
    }

    @Override
    public char[] readNew() {
      char[] first = Prompt.ask(prompt + ": ");
      char[] second = Prompt.ask("The same again: ");
      try {
        if (!Arrays.equals(first, second)) {
          Arrays.fill(first, '\0');
          throw new Failure(Exit.LOCKED, "the two passphrases differ; nothing was done", "");
        }
        return first;
      } finally {
        Arrays.fill(second, '\0');
      }
    }
  }
}
