package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotHead;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several ways to open one file. */
@Tag("once")
class SlotsTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys");
  }

  private KeyFile create() {
    return KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults());
  }

  private static SlotInfo addPassphrase(KeyFile file, String text) {
    try (SecretBytes secret = Passphrase.of(text.toCharArray())) {
      return file.addSlot(NewSlot.passphrase(secret, WriterProcess.FLOOR).labelled(text));
    }
  }

  private boolean opens(String passphrase) {
    var options = CustodyOptions.defaults().withCallbackHandler(Passphrases.of(passphrase));
    try (KeyFile file = KeyFile.open(path(), options, Optional.of("callback:"), Optional.empty())) {
      file.unlock();
      return true;
    } catch (dev.e2ee.spi.CustodyException e) {
      assertEquals(Kind.AUTH_FAILED, e.kind(), e.getMessage());
      return false;
    }
  }

  @Test
  void eachSlotOpensTheFileUntilItIsRemoved() {
    try (KeyFile file = create()) {
      file.generate("main", KeyKind.UMK);
      SlotInfo ann = addPassphrase(file, "ann");
      SlotInfo bob = addPassphrase(file, "bob");
      assertEquals(SlotType.PASSPHRASE, ann.type());
      assertEquals(Optional.of(WriterProcess.FLOOR), ann.cost());
      assertEquals(
          List.of("slot key", "ann", "bob"), file.slots().stream().map(SlotInfo::label).toList());
      assertTrue(opens("ann") && opens("bob"));
      file.removeSlot(ann.id());
      assertTrue(!opens("ann") && opens("bob"));
      fails(Kind.MISSING, () -> file.removeSlot(ann.id()));
      file.removeSlot(file.slots().get(0).id());
      assertTrue(opens("bob"));
      fails(Kind.POLICY, () -> file.removeSlot(bob.id()));
      assertTrue(opens("bob"));
    }
  }

  @Test
  void aSlotKeyGoesWhereItIsTold() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere")).resolve("kek");
    try (KeyFile file = create()) {
      file.addSlot(NewSlot.raw(elsewhere));
      byte[] before = Files.readAllBytes(elsewhere);
      fails(Kind.CONFLICT, () -> file.addSlot(NewSlot.raw(elsewhere)));
      assertArrayEquals(before, Files.readAllBytes(elsewhere)); // [keyfile-25]
      assertEquals(2, file.slots().size());
    }
    var uri = CustodyUri.parse(CustodyUri.ofFile(path()).canonical() + "?slot-key=" + elsewhere);
    try (KeyFile file = new KeyFileProvider().open(uri, CustodyOptions.defaults())) {
      file.unlock();
    }
  }

  /** [keyfile-25] */
  @Test
  void noKeyOfASlotIsInTheKeyFile() throws IOException {
    create().close();
    String keyFile = java.util.HexFormat.of().formatHex(Files.readAllBytes(path()));
    try (var files = Files.list(directory)) {
      Path slotKey =
          files.filter(file -> file.toString().endsWith(".slotkey")).findFirst().orElseThrow();
      String kek = java.util.HexFormat.of().formatHex(Files.readAllBytes(slotKey), 26, 58);
      assertTrue(!keyFile.contains(kek));
    }
  }

  @Test
  void aRefusedSlotLeavesNoFileBehind() throws IOException {
    try (KeyFile file = create();
        KeyFile other = KeyFile.open(path(), CustodyOptions.defaults())) {
      other.unlock();
      other.generate("first", KeyKind.UMK);
      List<Path> before = listed();
      fails(Kind.CONFLICT, () -> file.addSlot(NewSlot.raw()));
      fails(Kind.POLICY, () -> other.addSlot(NewSlot.raw().labelled("x".repeat(65))));
      fails(Kind.POLICY, () -> other.addSlot(NewSlot.raw().labelled("\u001b[31m")));
      fails(Kind.POLICY, () -> other.addSlot(NewSlot.raw().labelled("\ud800")));
      assertEquals(before, listed());
    }
  }

  private List<Path> listed() throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** [keyfile-9] */
  @Test
  void thereAreSixteenAtTheMost() {
    try (KeyFile file = create()) {
      for (int i = 1; i < 16; i++) {
        file.addSlot(NewSlot.raw());
      }
      fails(Kind.EXHAUSTED, () -> file.addSlot(NewSlot.raw()));
      assertEquals(16, file.slots().size());
    }
  }

  @Test
  void changesPassphrases() {
    try (KeyFile file = create();
        SecretBytes next = Passphrase.of("next".toCharArray())) {
      fails(Kind.MISSING, () -> file.changePassphrase(next));
      SlotInfo ann = addPassphrase(file, "ann");
      file.changePassphrase(next);
      assertTrue(opens("next") && !opens("ann"));
      assertEquals(ann.id(), file.slots().get(1).id());
      assertEquals("ann", file.slots().get(1).label());
      addPassphrase(file, "bob");
      fails(Kind.AMBIGUOUS, () -> file.changePassphrase(next));
      Argon2Cost cost = new Argon2Cost(19456, 3, 2);
      try (SecretBytes third = Passphrase.of("third".toCharArray())) {
        file.changePassphrase(ann.id(), third, cost);
      }
      assertEquals(Optional.of(cost), file.slots().get(1).cost());
      assertTrue(opens("third") && !opens("next") && opens("bob"));
      SlotId raw = file.slots().get(0).id();
      fails(Kind.POLICY, () -> file.changePassphrase(raw, next, cost));
      fails(Kind.MISSING, () -> file.changePassphrase(new SlotId("0".repeat(32)), next, cost));
    }
  }

  /** [keyfile-38] [keyfile-39] */
  @Test
  void keepsWhatItCannotOpen() throws IOException {
    create().close();
    SlotHead head = new SlotHead(Bytes.of(new byte[16]), 5, "tpm");
    Slot opaque = new Slot(head, new SlotBody.Opaque(9, Bytes.of(new byte[] {1, 2, 3})));
    Tampering.edit(
        path(),
        document -> {
          List<Slot> slots = new ArrayList<>(document.slots());
          slots.add(0, opaque);
          return document.withSlots(slots);
        });
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
      assertEquals(SlotType.UNKNOWN, file.slots().get(0).type());
      file.unlock();
      SlotInfo raw = file.slots().get(1);
      fails(Kind.POLICY, () -> file.removeSlot(raw.id()));
      file.addSlot(NewSlot.raw());
      file.removeSlot(raw.id());
      assertEquals("tpm", file.slots().get(0).label());
      file.removeSlot(file.slots().get(0).id());
      assertEquals(1, file.slots().size());
    }
  }

  @Test
  void slotIdsAreHex() {
    assertThrows(IllegalArgumentException.class, () -> new SlotId("xyz"));
    assertThrows(IllegalArgumentException.class, () -> new SlotId("A".repeat(32)));
    assertEquals("0".repeat(32), new SlotId("0".repeat(32)).toString());
  }
}
