package dev.e2ee.cli.secret;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a passphrase, or another secret that is text, comes from: a file, an inherited descriptor,
 * or a person at the terminal.
 */
public sealed interface PassphraseSource {
  /** The most bytes of UTF-8 that it may have. */
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
    return of(option, file, descriptor, prompt, "");
  }

  /**
   * The same for a store, whose URI may name its secret too.
   *
   * @throws Failure USAGE when both do: the store would pass over the option
   */
  static PassphraseSource ofStore(
      String option,
      @Nullable Path file,
      @Nullable Integer descriptor,
      CustodyUri uri,
      String prompt) {
    Optional<String> named = uri.secretAttribute();
    boolean given = file != null || descriptor != null;
    if (given && named.isPresent()) {
      throw twice(option + (file == null ? "-fd" : "-file"), named.get(), uri);
    }
    if (given && uri.scheme().equals("keychain")) {
      throw Failure.usage(
          "no passphrase opens " + uri.location() + ": the item of the keychain does",
          "To open its key file by a passphrase, name that: --keys PATH; 'e2ee custody probe' shows"
              + " the path.");
    }
    return of(option, file, descriptor, prompt, inUri(uri.scheme()));
  }

  private static Failure twice(String option, String attribute, CustodyUri uri) {
    return Failure.usage(
        option + " and " + attribute + " in the URI both name the secret of " + uri.location(),
        "Leave one out. "
            + (attribute.equals("slot-key")
                ? "A slot key needs no passphrase."
                : "With " + attribute + "=callback: in the URI, " + option + " is used."));
  }

  /** How else a store of this scheme gets its secret, for a person. */
  private static String inUri(String scheme) {
    return switch (scheme) {
      case "file" ->
          " Its URI can say where it is read: passphrase-source=file:PATH, or slot-key=PATH. 'init"
              + " --raw' makes a key file that needs none.";
      case "pkcs11" -> " Its URI can say where it is read: pin-source=file:PATH";
      default -> "";
    };
  }

  /** What a store is opened by, for a person. */
  static String secretOf(CustodyUri uri) {
    String secret =
        switch (uri.scheme()) {
          case "file" -> "Passphrase";
          case "pkcs11" -> "PIN";
          default -> "PIN or passphrase";
        };
    return secret + " of " + uri.location();
  }

  private static PassphraseSource of(
      String option,
      @Nullable Path file,
      @Nullable Integer descriptor,
      String prompt,
      String otherwise) {
    if (file != null && descriptor != null) {
      throw Failure.usage("give either " + option + "-file or " + option + "-fd, not both", "");
    }
    String kind = option.substring(option.lastIndexOf('-') + 1);
    if (file != null) {
      return new FromFile(file, kind);
    }
    return descriptor == null
        ? new FromPerson(
            prompt, kind, "Give " + option + "-file FILE or " + option + "-fd N." + otherwise)
        : FromDescriptor.of(option, descriptor, kind);
  }

  /** Whether both would read the same descriptor, which holds one secret only. */
  default boolean clashesWith(PassphraseSource other) {
    return this instanceof FromDescriptor one
        && other instanceof FromDescriptor two
        && one.number == two.number;
  }

  /** Whether it takes standard input, which then has no room for data. */
  default boolean takesStandardInput() {
    List<String> names = List.of("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");
    return this instanceof FromFile from
        ? names.contains(from.file.toString())
        : this instanceof FromDescriptor open && open.number == 0;
  }

  /** Reads a stream up to its end as one secret. */
  private static char[] readFrom(Path file, String kind, String name) {
    byte[] bytes = new byte[0];
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 3);
      return PassphraseText.fromFile(bytes, "the " + kind + " from " + name);
    } catch (IOException e) {
      throw new Failure(
          Exit.IO, "the " + kind + " cannot be read from " + name, "Check that it is readable.", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * From a file.
   *
   * @param kind such as {@code passphrase} or {@code code}, for a person
   */
  record FromFile(Path file, String kind) implements PassphraseSource {
    @Override
    public char[] read() {
      refuseWhatOthersCanRead();
      return readFrom(file, kind, file.toString());
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
              "the " + kind + " file " + file + " is open to other users",
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

  /**
   * From a descriptor that this process inherited.
   *
   * @param kind such as {@code passphrase} or {@code code}, for a person
   */
  record FromDescriptor(int number, String kind) implements PassphraseSource {
    static FromDescriptor of(String option, int number, String kind) {
      if (number < 0 || number == 1 || number == 2) {
        throw Failure.usage(
            option + "-fd takes 0 or a number from 3 on, of a descriptor open for reading", "");
      }
      return new FromDescriptor(number, kind);
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
      return readFrom(open, kind, "descriptor " + number);
    }

    @Override
    public char[] readNew() {
      return read();
    }
  }

  /**
   * From a person.
   *
   * @param kind such as {@code passphrase} or {@code code}, for a person
   * @param otherwise what to do where there is no terminal to ask on
   */
  record FromPerson(String prompt, String kind, String otherwise) implements PassphraseSource {
    @Override
    public char[] read() {
      return ask(prompt);
    }

    private char[] ask(String what) {
      try {
        return Prompt.ask(what + ": ", "the " + kind + " from the terminal");
      } catch (IOException e) {
        throw new Failure(Exit.LOCKED, prompt + ": there is no terminal to ask on", otherwise, e);
      }
    }

    @Override
    public char[] readNew() {
      char[] first = ask(prompt);
      char[] second = ask("The same again");
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
