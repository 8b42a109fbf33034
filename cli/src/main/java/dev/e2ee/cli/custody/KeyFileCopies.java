package dev.e2ee.cli.custody;

import static java.util.stream.Collectors.joining;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A fresh copy of the user's key file for each point, so that the file itself is not touched.
 *
 * @param facts what the file tells of itself without its passphrase
 */
record KeyFileCopies(CustodyUri uri, KeptSecret secret, Map<String, String> facts)
    implements OwnFixture {
  /** Of a file that opens. */
  static KeyFileCopies of(CustodyUri uri, KeptSecret secret) throws IOException {
    Path file = Path.of(uri.path());
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
    return new KeyFileCopies(uri, secret, facts);
  }

  @Override
  public String name() {
    return "Key file " + uri.path();
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
    String frozen = "a disk does not stop answering on request";
    return secret.isEmpty()
        ? Map.of(
            Fault.FREEZE, frozen, Fault.WRONG_SECRET, "the URI is all that it takes to open it")
        : Map.of(Fault.FREEZE, frozen);
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException {
    Path folder = FileStore.newFolder();
    Path original = Path.of(uri.path()).toAbsolutePath();
    String name = String.valueOf(original.getFileName());
    Copy copy = new Copy(folder, name);
    copy(original, folder);
    try (Stream<Path> beside = Files.list(original.resolveSibling(""))) {
      for (Path file : beside.toList()) {
        String other = file.getFileName().toString();
        if (other.startsWith(name + ".") && other.endsWith(".slotkey")) {
          copy(file, folder);
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
      String query = uri.canonical().substring(uri.location().length());
      return CustodyUri.parse(super.uri().canonical() + query);
    }
  }
}
