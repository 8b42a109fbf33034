package dev.e2ee.custody.file;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What a keychain does with one item, with a file; the keychains' own module tries real ones. */
record ItemInFile(Path file, String name) implements KekHolder {
  ItemInFile(Path file) {
    this(file, "files/" + file.getFileName());
  }

  @Override
  public String description() {
    return "the item " + file;
  }

  @Override
  public boolean look(Duration limit) {
    requireThere();
    return true;
  }

  private void requireThere() {
    if (!Files.exists(file)) {
      throw new CustodyException(Kind.MISSING, "there is no item " + file);
    }
  }

  @Override
  public SecretBytes read(Duration limit) {
    requireThere();
    try {
      return SecretBytes.adopt(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void create(SecretBytes content, Duration limit) {
    try {
      Files.write(file, content.copy(), StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new CustodyException(Kind.CONFLICT, "there is an item " + file, e);
    }
  }
}
