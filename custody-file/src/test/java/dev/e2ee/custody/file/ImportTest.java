package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.dek;
import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was exported comes back as what it was: [keyfile-43] [keyfile-44]. */
class ImportTest {
  private static final byte[] NO_AAD = {};

  @TempDir Path directory;

  private KeyFile create(String name) {
    return KeyFile.create(directory.resolve(name), NewSlot.raw(), CustodyOptions.defaults());
  }

  private static DekWrap wraps(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static KeyId id(int seed) {
    byte[] bytes = new byte[KeyId.LENGTH];
    bytes[0] = (byte) seed;
    return KeyId.of(bytes);
  }

  private static List<String> lines(KeyFile file) {
    return file.list().stream()
        .map(key -> key.name() + " " + key.generation() + " " + key.state())
        .toList();
  }

  @Test
  void everyGenerationOpensWhatItSealedInAnotherFile() {
    try (KeyFile from = create("from");
        KeyFile to = create("to")) {
      byte[] first = wraps(from.generate("main", KeyKind.UMK)).wrap(dek(1), NO_AAD);
      byte[] second = wraps(from.rotate("main")).wrap(dek(2), NO_AAD);
      byte[] third = wraps(from.rotate("main")).wrap(dek(3), NO_AAD);
      List<KeyDescription> keys = from.list();
      for (int generation : new int[] {2, 3, 1}) {
        KeyDescription key = keys.get(generation - 1);
        try (SecretBytes bytes = from.export(key.id(), "moving")) {
          CustodyKey back = to.importKey("main", generation, key.id(), bytes);
          assertEquals(key.id(), back.id());
          assertEquals(generation, back.description().generation());
        }
      }
      assertEquals(List.of("main 1 OLD", "main 2 OLD", "main 3 PRIMARY"), lines(to));
      List<byte[]> wrapped = List.of(first, second, third);
      for (int i = 0; i < 3; i++) {
        DekWrap wrap = wraps(to.find(keys.get(i).id()));
        assertTrue(wrap.unwrap(wrapped.get(i), NO_AAD).sameBytes(dek(i + 1)));
      }
      assertEquals(4, to.rotate("main").description().generation());
    }
  }

  @Test
  void whatIsThereIsAConflict() {
    try (KeyFile file = create("keys")) {
      CustodyKey generated = file.generate("main", KeyKind.UMK);
      CustodyKey raw = file.importKey("raw", dek(9));
      fails(Kind.CONFLICT, () -> file.importKey("new", 1, raw.id(), dek(8)));
      fails(Kind.CONFLICT, () -> file.importKey("main", 1, id(1), dek(8)));
      fails(Kind.CONFLICT, () -> file.importKey("new", 1, id(1), dek(9)));
      try (SecretBytes bytes = file.export(generated.id(), "test")) {
        fails(Kind.CONFLICT, () -> file.importKey("copy", bytes));
        fails(Kind.CONFLICT, () -> file.importKey("copy", 7, id(1), bytes));
        file.rotate("main");
        file.retire(generated.id());
        fails(Kind.CONFLICT, () -> file.importKey("copy", bytes));
      }
      assertEquals(List.of("main 1 RETIRED", "main 2 PRIMARY", "raw 1 PRIMARY"), lines(file));
    }
  }

  @Test
  void whatNoKeyCanBeIsRefused() {
    try (KeyFile file = create("keys")) {
      fails(Kind.POLICY, () -> file.importKey("main", 0, id(1), dek(8)));
      fails(Kind.POLICY, () -> file.importKey("main", -1, id(1), dek(8)));
      fails(Kind.POLICY, () -> file.importKey("a b", 1, id(1), dek(8)));
      fails(Kind.POLICY, () -> file.importKey("main", 1, id(1), SecretBytes.adopt(new byte[31])));
      file.lock();
      fails(Kind.LOCKED, () -> file.importKey("main", 1, id(1), dek(8)));
      assertEquals(List.of(), lines(file));
    }
  }

  /** [keyfile-16] A PENDING generation stays the last one. */
  @Test
  void anUnfinishedRotationComesFirst() throws IOException {
    KeyId first;
    KeyId second;
    try (KeyFile file = create("keys")) {
      first = file.generate("main", KeyKind.UMK).id();
      second = file.rotate("main").id();
    }
    Path path = directory.resolve("keys");
    Tampering.edit(
        path,
        document -> {
          KeyRow old = document.key(first).orElseThrow();
          KeyRow next = document.key(second).orElseThrow();
          return document.with(old.in(KeyState.PRIMARY)).with(next.in(KeyState.PENDING));
        });
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      file.unlock();
      fails(Kind.CONFLICT, () -> file.importKey("main", 2, id(1), dek(8)));
      fails(Kind.CONFLICT, () -> file.importKey("main", 3, id(1), dek(8)));
      file.rotate("main");
      file.importKey("main", 3, id(1), dek(8));
      assertEquals(List.of("main 1 OLD", "main 2 OLD", "main 3 PRIMARY"), lines(file));
    }
  }
}
