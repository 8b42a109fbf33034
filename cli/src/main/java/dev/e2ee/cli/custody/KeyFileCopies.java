package dev.e2ee.cli.custody;

import static java.util.stream.Collectors.joining;

import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.FileStore;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.Section;
import dev.e2ee.spi.probe.Section.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A fresh copy of the user's key file for each point, so that the file itself is not touched. An
 * item of a keychain that opens the file opens the copies too, and is only read.
 *
 * @param file the user's
 * @param facts what the file tells of itself without its passphrase
 */
record KeyFileCopies(CustodyUri uri, Path file, KeptSecret secret, Map<String, String> facts)
    implements OwnFixture {
  /** Whether there is a file to copy behind a URI. */
  static boolean canBeOf(CustodyUri uri) {
    return uri.scheme().equals("file") || isInKeychain(uri);
  }

  private static boolean isInKeychain(CustodyUri uri) {
    return uri.scheme().equals("keychain");
  }

  /** Of a file that opens. */
  static KeyFileCopies of(CustodyUri uri, KeptSecret secret) throws IOException {
    Path file = isInKeychain(uri) ? Keychain.keyFile(uri) : Path.of(uri.path());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Tested", "a copy of the file for each point, deleted after it");
    facts.put("Size", "%,d bytes".formatted(Files.size(file)));
    if (Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)) {
      facts.put("Permissions", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    for (Section section : OwnFixture.look(uri).sections()) {
      if (section.title().equals("slots")) {
        facts.put("Slots", section.facts().stream().map(Fact::value).collect(joining("; ")));
      }
    }
    return new KeyFileCopies(uri, file.toAbsolutePath(), secret, facts);
  }

  @Override
  public String name() {
    return "Key file " + file + (isInKeychain(uri) ? ", opened by " + uri.location() : "");
  }

  @Override
  public Optional<String> warning(String keys, String names) {
    return Optional.empty();
  }

  @Override
  public Leftovers leftovers(String names, AuditSink audit) {
    return Leftovers.NONE;
  }

  @Override
  public Map<Fault, String> notProduced() {
    Map<Fault, String> declared = new EnumMap<>(Fault.class);
    declared.put(Fault.LOCKED, "not asked for: what opens your file stays as it is");
    declared.put(Fault.FREEZE, "a disk does not stop answering on request");
    if (secret.isEmpty()) {
      declared.put(Fault.WRONG_SECRET, "the URI is all that it takes to open it");
    }
    return declared;
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException {
    Path folder = FileStore.newFolder();
    String name = String.valueOf(file.getFileName());
    Copy copy = new Copy(folder, name);
    copy(file, folder);
    try (Stream<Path> beside = Files.list(file.resolveSibling(""))) {
      for (Path one : beside.toList()) {
        String other = one.getFileName().toString();
        if (other.startsWith(name + ".") && other.endsWith(".slotkey")) {
          copy(one, folder);
        }
      }
    }
    return copy;
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** With the query of the original. */
  private final class Copy extends FileStore {
    Copy(Path folder, String name) {
      super(folder, name, secret.copy());
    }

    @Override
    public CustodyUri uri() {
      return of(file());
    }

    @Override
    public CustodyUri absent() {
      return of(file().resolveSibling("none"));
    }

    private CustodyUri of(Path copy) {
      if (isInKeychain(uri)) {
        return uri.withQuery("key-file", copy.toString());
      }
      String query = uri.canonical().substring(uri.location().length());
      return CustodyUri.parse(CustodyUri.ofFile(copy).canonical() + query);
    }
  }
}
