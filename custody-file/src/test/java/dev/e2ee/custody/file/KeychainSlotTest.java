package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotHead;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slots whose key is kept in a keychain. [keyfile-47] [keyfile-48] */
class KeychainSlotTest {
  private static final CustodyOptions OPTIONS = CustodyOptions.defaults();

  @TempDir Path folder;
  private Path path;
  private ItemInFile item;

  @BeforeEach
  void paths() throws IOException {
    Path real = folder.toRealPath();
    path = real.resolve("keys");
    item = new ItemInFile(real.resolve("item"));
  }

  private static void refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
  }

  private KeyFile create() {
    return KeyFile.create(path, NewSlot.keychain(item), OPTIONS);
  }

  private KeyFile unlocked() {
    KeyFile file = KeyFile.open(path, item, OPTIONS);
    file.unlock();
    return file;
  }

  private KeyId withAKey() {
    try (KeyFile file = create()) {
      return file.generate("records", KeyKind.UMK).id();
    }
  }

  @Test
  void theItemOpensWhatItsSlotWasMadeFor() throws IOException {
    KeyId id = withAKey();
    assertTrue(
        Files.readString(item.file()).matches("e2ee-slot-1 [0-9a-f]{124} file:" + path + ""),
        "the text of the specification");
    try (KeyFile file = unlocked()) {
      assertEquals(id, file.find("records").id());
      assertEquals(List.of(SlotType.KEYCHAIN), file.slots().stream().map(SlotInfo::type).toList());
      file.lock();
      refused(Kind.LOCKED, () -> file.find("records"));
      file.unlock();
      assertEquals(id, file.find("records").id());
    }
  }

  @Test
  void itIsLabelledByItsItemAsFarAsALabelHasRoom() {
    try (KeyFile file = create()) {
      assertEquals("files/item", file.slots().get(0).label());
      assertEquals(Optional.of(file.slots().get(0).id()), file.openedBy());
      for (String name : List.of("\u00e4".repeat(60), "i\u0085m", "i\ud83d")) {
        SlotInfo slot = file.addSlot(NewSlot.keychain(new ItemInFile(folder.resolve("n"), name)));
        assertTrue(slot.label().matches("\u00e4{30}\u2026|i\u2026"), slot.label());
        file.removeSlot(slot.id());
        assertTrue(folder.resolve("n").toFile().delete());
      }
      file.lock();
      assertEquals(Optional.empty(), file.openedBy());
    }
  }

  @Test
  void withoutItsItemItIsLockedAndNothingIsMade() throws IOException {
    withAKey();
    Path elsewhere = Files.move(item.file(), folder.resolve("elsewhere"));
    byte[] before = Files.readAllBytes(path);
    try (KeyFile file = KeyFile.open(path, item, OPTIONS)) {
      CustodyException missing = assertThrows(CustodyException.class, file::unlock);
      assertEquals(Kind.MISSING, missing.kind());
      assertEquals(missing(". Nothing else opens the key file ") + path, missing.getMessage());
      refused(Kind.LOCKED, () -> file.generate("more", KeyKind.UMK));
    }
    try (KeyFile file = KeyFile.open(path, OPTIONS)) {
      refused(Kind.LOCKED, file::unlock);
    }
    assertFalse(Files.exists(item.file()));
    assertArrayEquals(before, Files.readAllBytes(path));
    Files.move(elsewhere, item.file());
    unlocked().close();
  }

  /** [keyfile-49] */
  @Test
  void itsKeyInASlotKeyFileOpensNothing() throws IOException {
    withAKey();
    String digits = Files.readString(item.file()).split(" ", -1)[1];
    Path slotKey = Files.write(folder.resolve("slot"), HexFormat.of().parseHex(digits));
    Files.setPosixFilePermissions(slotKey, PosixFilePermissions.fromString("rw-------"));
    CustodyUri uri = CustodyUri.ofFile(path).withQuery("slot-key", slotKey.toString());
    try (KeyFile file = new KeyFileProvider().open(uri, OPTIONS)) {
      refused(Kind.AUTH_FAILED, file::unlock);
    }
  }

  @Test
  void aFileThatWasMovedOpensStill() throws IOException {
    KeyId id = withAKey();
    path = Files.move(path, path.resolveSibling("moved"));
    try (KeyFile file = unlocked()) {
      assertEquals(id, file.find("records").id());
    }
  }

  /** [keyfile-40] */
  @Test
  void theItemOfAKilledWriterIsTaken() throws IOException {
    NewSlot made = NewSlot.keychain(item);
    SlotId first;
    try (KeyFile file = KeyFile.create(path, made, OPTIONS)) {
      first = file.slots().get(0).id();
    }
    assertFalse(made.tookItem());
    String text = Files.readString(item.file());
    Files.delete(path); // as if it had been killed between the two
    NewSlot again = NewSlot.keychain(item).labelled("again");
    KeyId id;
    try (KeyFile file = KeyFile.create(path, again, OPTIONS)) {
      id = file.generate("records", KeyKind.UMK).id();
      assertEquals(first, file.slots().get(0).id(), "the item's, as its key is");
    }
    assertTrue(again.tookItem());
    assertEquals(text, Files.readString(item.file()));
    try (KeyFile file = unlocked()) {
      assertEquals(id, file.find("records").id());
    }
  }

  @Test
  void theItemOfAnotherKeyFileIsLeftAlone() throws IOException {
    withAKey();
    String text = Files.readString(item.file());
    Path other = path.resolveSibling("other");
    refused(Kind.CONFLICT, () -> KeyFile.create(other, NewSlot.keychain(item), OPTIONS).close());
    assertFalse(Files.exists(other));
    refused(Kind.CONFLICT, () -> create().close()); // the key file is there
    assertEquals(text, Files.readString(item.file()));
    unlocked().close();
  }

  @Test
  void aFileThatIsThereGetsNoItemByACreateThatIsRefused() throws IOException {
    withAKey();
    Files.delete(item.file());
    refused(Kind.CONFLICT, () -> create().close());
    assertFalse(Files.exists(item.file()));
  }

  @Test
  void aDamagedItemIsToldAsOne() throws IOException {
    withAKey();
    Files.writeString(item.file(), Files.readString(item.file()).replace("slot-1", "slot-2"));
    try (KeyFile file = KeyFile.open(path, item, OPTIONS)) {
      saysThatItIsNoSlot(file::unlock);
    }
    Files.delete(path);
    saysThatItIsNoSlot(() -> create().close());
    Files.writeString(item.file(), Files.readString(item.file()).replace("slot-2", "slot-1"));
    create().close();
    Files.writeString(item.file(), flipped(Files.readString(item.file())));
    try (KeyFile file = KeyFile.open(path, item, OPTIONS)) {
      saysThatItIsNoSlot(file::unlock);
    }
  }

  /** With another digit in its key. */
  private static String flipped(String text) {
    int at = "e2ee-slot-1 ".length() + 60;
    char other = text.charAt(at) == '0' ? '1' : '0';
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private void saysThatItIsNoSlot(Executable action) {
    CustodyException e = assertThrows(CustodyException.class, action);
    assertEquals(Kind.CORRUPT, e.kind());
    String told = String.valueOf(e.getMessage());
    assertTrue(told.startsWith(item.description() + ": its text is torn: it is not"), told);
    assertFalse(told.contains("backup"), "it is no file: " + told);
  }

  @Test
  void anItemThatItsKeychainLeftEmptyIsToldAsThat() throws IOException {
    Files.writeString(item.file(), "");
    CustodyException e = assertThrows(CustodyException.class, () -> create().close());
    assertEquals(Kind.CONFLICT, e.kind());
    assertEquals(
        item.description()
            + " is empty and holds no key: the keychain ended while it made it; delete it there, and"
            + " try again",
        e.getMessage());
    assertEquals("", Files.readString(item.file()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"e2ee", "hunter2", "e2ee-slots are mine"})
  void theItemOfAnotherProgramIsLeftAlone(String text) throws IOException {
    Files.writeString(item.file(), text);
    CustodyException e = assertThrows(CustodyException.class, () -> create().close());
    assertEquals(Kind.CONFLICT, e.kind());
    String told = String.valueOf(e.getMessage());
    assertEquals(
        item.description()
            + " is another program's and was left as it is; name another service or account",
        told);
    assertFalse(Files.exists(path));
    try (SecretBytes passphrase = Passphrase.of("a passphrase of some length".toCharArray());
        KeyFile file =
            KeyFile.create(path, NewSlot.passphrase(passphrase, WriterProcess.FLOOR), OPTIONS)) {
      refused(Kind.CONFLICT, () -> file.addSlot(NewSlot.keychain(item)));
      assertEquals(1, file.slots().size());
    }
    assertEquals(text, Files.readString(item.file()));
  }

  @Test
  void itIsASecondWayToOpenAFileAndItsItemStays() throws IOException {
    KeyId id;
    try (SecretBytes passphrase = Passphrase.of("a passphrase of some length".toCharArray());
        KeyFile file =
            KeyFile.create(path, NewSlot.passphrase(passphrase, WriterProcess.FLOOR), OPTIONS)) {
      id = file.generate("records", KeyKind.UMK).id();
      file.addSlot(NewSlot.keychain(item).labelled("laptop"));
      refused(Kind.CONFLICT, () -> file.addSlot(NewSlot.keychain(item)));
    }
    try (KeyFile file = unlocked()) {
      assertEquals(id, file.find("records").id());
      SlotInfo byPassphrase = file.slots().get(0);
      SlotInfo byItem = file.slots().get(1);
      assertEquals("laptop", byItem.label());
      file.removeSlot(byPassphrase.id()); // it was opened through the item
      refused(Kind.POLICY, () -> file.removeSlot(byItem.id()));
      assertTrue(Files.exists(item.file()));
      file.addSlot(NewSlot.raw());
      Path copy = Files.copy(path, path.resolveSibling("copy"));
      file.removeSlot(byItem.id());
      assertTrue(Files.exists(item.file()));
      path = copy; // which opens through the item only, once its owner has lost the slot key
    }
    try (KeyFile copied = unlocked()) {
      assertEquals(id, copied.find("records").id());
    }
  }

  @Test
  void anItemThatIsGoneKeepsNoSlotFromBeingAskedFor() throws IOException {
    try (SecretBytes passphrase = Passphrase.of("a passphrase of some length".toCharArray());
        KeyFile file = create()) {
      SlotInfo byItem = file.slots().get(0);
      SlotInfo byPassphrase = file.addSlot(NewSlot.passphrase(passphrase, WriterProcess.FLOOR));
      Files.delete(item.file());
      file.removeSlot(byItem.id()); // the passphrase is sure to open it
      CustodyException why =
          assertThrows(CustodyException.class, () -> file.removeSlot(byPassphrase.id()));
      assertEquals(Kind.POLICY, why.kind());
    }
  }

  private String withoutTheItem() {
    try (KeyFile file = KeyFile.open(path, item, OPTIONS)) {
      CustodyException missing = assertThrows(CustodyException.class, file::unlock);
      return String.valueOf(missing.getMessage()).replace(missing("") + ". ", "");
    }
  }

  private String missing(String what) {
    return "there is no item " + item.file() + what;
  }

  @Test
  void whatElseOpensTheFileIsToldByTheTypesOfItsSlots() throws IOException {
    String uri = CustodyUri.ofFile(path).location();
    try (SecretBytes passphrase = Passphrase.of("a passphrase of some length".toCharArray());
        KeyFile file = create()) {
      Files.delete(item.file());
      assertEquals("Nothing else opens the key file " + path, withoutTheItem());
      file.addSlot(NewSlot.keychain(new ItemInFile(path.resolveSibling("second"))));
      String another = "Another item of a keychain opens " + path + " too; name that in the URI";
      assertEquals(another, withoutTheItem());
      SlotInfo raw = file.addSlot(NewSlot.raw());
      assertEquals(
          "The key file opens by its slot key too: " + uri + ". " + another, withoutTheItem());
      file.addSlot(NewSlot.passphrase(passphrase, WriterProcess.FLOOR));
      assertEquals(
          "The key file opens by its passphrase or its slot key too: " + uri + ". " + another,
          withoutTheItem());
      for (SlotInfo slot : file.slots()) {
        if (slot.type() == SlotType.KEYCHAIN || slot.equals(raw)) {
          file.removeSlot(slot.id());
        }
      }
      assertEquals("The key file opens by its passphrase: " + uri, withoutTheItem());
    }
  }

  @Test
  void aSlotThatThisVersionCannotOpenIsToldToo() throws IOException {
    try (KeyFile file = create()) {
      file.addSlot(NewSlot.raw());
    }
    Files.delete(item.file());
    Tampering.edit(
        path,
        document -> {
          SlotHead head = new SlotHead(Bytes.of(new byte[16]), 5, "token");
          SlotBody body = new SlotBody.Opaque(4, Bytes.of(new byte[] {1}));
          List<Slot> slots = new ArrayList<>(document.slots());
          slots.add(new Slot(head, body));
          return document.withSlots(slots);
        });
    String told = withoutTheItem();
    assertTrue(
        told.endsWith(
            ". " + path + " has a slot too that a newer version of this program may open"),
        told);
  }

  @Test
  void healthSaysWhatTheSlotsNeed() {
    create().close();
    try (KeyFile file = KeyFile.open(path, OPTIONS)) {
      assertEquals(
          "readable and locked; a keychain keeps its key; open it by its keychain: URI",
          file.health().detail());
    }
    Path other = path.resolveSibling("other");
    try (SecretBytes passphrase = Passphrase.of("a passphrase of some length".toCharArray())) {
      KeyFile.create(other, NewSlot.passphrase(passphrase, WriterProcess.FLOOR), OPTIONS).close();
    }
    try (KeyFile file = KeyFile.open(other, item, OPTIONS)) {
      assertEquals(
          "readable and locked; no slot of it is for a keychain. The key file opens by its"
              + " passphrase: "
              + CustodyUri.ofFile(other).location(),
          file.health().detail());
    }
  }

  @Test
  void whyTheItemIsNoOtherWayInIsTold() throws IOException {
    try (KeyFile file = create()) {
      SlotInfo raw = file.addSlot(NewSlot.raw());
      Files.delete(item.file());
      CustodyException refused =
          assertThrows(CustodyException.class, () -> file.removeSlot(raw.id()));
      assertEquals(Kind.POLICY, refused.kind());
      String told = String.valueOf(refused.getMessage());
      assertTrue(told.contains("(there is no item " + item.file() + ")"), told);
      assertEquals(2, file.slots().size());
    }
  }
}
