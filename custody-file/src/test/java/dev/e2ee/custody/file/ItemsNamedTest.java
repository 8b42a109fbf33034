package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Where an item of a keychain is in the way, it is said which, and what to do. */
class ItemsNamedTest {
  private static final CustodyOptions OPTIONS = CustodyOptions.defaults();

  @TempDir Path folder;
  private Path path;
  private ItemInFile item;
  private ItemInFile second;

  @BeforeEach
  void paths() throws IOException {
    Path real = folder.toRealPath();
    path = real.resolve("keys");
    item = new ItemInFile(real.resolve("item"));
    second = new ItemInFile(real.resolve("second"));
  }

  private static String told(Kind kind, Executable action) {
    CustodyException e = assertThrows(CustodyException.class, action);
    assertEquals(kind, e.kind(), e.getMessage());
    return String.valueOf(e.getMessage());
  }

  private SlotId withASecondItem() {
    try (KeyFile file = KeyFile.create(path, NewSlot.keychain(item), OPTIONS)) {
      file.generate("records", KeyKind.UMK);
      return file.addSlot(NewSlot.keychain(second)).id();
    }
  }

  @Test
  void theOtherItemIsTheWayToRemoveTheOneThatOpened() {
    SlotId stays = withASecondItem();
    SlotId goes;
    try (KeyFile file = KeyFile.open(path, item, OPTIONS)) {
      file.unlock();
      goes = file.openedBy().orElseThrow();
      String told = told(Kind.POLICY, () -> file.removeSlot(goes));
      assertTrue(
          told.endsWith(
              "open the file by the keychain: URI of another slot ("
                  + stays
                  + " 'files/second'), or add a passphrase or a slot key"),
          told);
    }
    try (KeyFile file = KeyFile.open(path, second, OPTIONS)) {
      file.unlock();
      assertEquals(Optional.of(stays), file.openedBy());
      file.removeSlot(goes);
      String told = told(Kind.POLICY, () -> file.removeSlot(stays));
      assertTrue(told.contains("there is none. Before removing this slot, add a passphrase"), told);
    }
  }

  @Test
  void aSlotKeyThatIsNotThereIsToldOnlyOfAFileThatHasOne() throws IOException {
    try (KeyFile file = KeyFile.create(path, NewSlot.raw(), OPTIONS)) {
      SlotId first = file.slots().get(0).id();
      file.addSlot(NewSlot.raw(folder.resolve("elsewhere")));
      Files.delete(folder.resolve("elsewhere"));
      String told = told(Kind.POLICY, () -> file.removeSlot(first));
      assertTrue(told.contains("put the missing slot-key file back, or add a passphrase"), told);
    }
  }

  @Test
  void theItemOfAFileThatWasMovedIsNoItemOfAnother() throws IOException {
    withASecondItem();
    Path moved = Files.move(path, path.resolveSibling("moved"));
    try (KeyFile file = KeyFile.open(moved, item, OPTIONS)) {
      file.unlock();
      String told = told(Kind.CONFLICT, () -> file.addSlot(NewSlot.keychain(item)));
      assertTrue(told.contains("opens this key file already, which was at file:" + path), told);
      file.removeSlot(ofTheSecond(file));
      String other = told(Kind.CONFLICT, () -> file.addSlot(NewSlot.keychain(second)));
      assertTrue(other.contains("keeps the key of another key file, file:" + path + ","), other);
    }
  }

  private static SlotId ofTheSecond(KeyFile file) {
    return file.slots().stream()
        .filter(slot -> slot.label().equals("files/second"))
        .findFirst()
        .orElseThrow()
        .id();
  }

  private ProbeReport look(ItemInFile at) {
    CustodyUri uri =
        CustodyUri.parse("keychain:service=files;account=a?backend=secret-service")
            .withQuery("key-file", path.toString());
    return new KeyFileProbe(uri, OPTIONS, () -> KeyFile.open(path, at, OPTIONS))
        .probe(ProbeDepth.LOOK);
  }

  private static Finding of(ProbeReport report, String topic) {
    return report.findings().stream()
        .filter(finding -> finding.topic().equals(topic))
        .findFirst()
        .orElseThrow(() -> new AssertionError(report));
  }

  @Test
  void aLookTellsWhetherTheItemIsThere() throws IOException {
    withASecondItem();
    assertTrue(of(look(item), "keys").text().contains("its key is the item "), "it is there");
    Files.delete(item.file());
    ProbeReport gone = look(item);
    assertEquals(Optional.of(Kind.MISSING), gone.stopped());
    assertEquals(Finding.Level.FAIL, of(gone, "keychain").level());
    assertTrue(of(gone, "keychain").remedy().startsWith("Another item of a keychain opens"), "way");
    assertTrue(gone.findings().stream().noneMatch(f -> f.topic().equals("keys")), gone::toString);
    Path third = Files.copy(second.file(), folder.resolve("third"));
    Finding doubt = of(look(new ItemInFile(third)), "keychain");
    assertEquals(Finding.Level.WARN, doubt.level());
    assertTrue(doubt.text().contains("no slot has its label"), doubt.text());
  }

  @Test
  void aLookTellsThatNoSlotIsForAKeychain() {
    KeyFile.create(path, NewSlot.raw(), OPTIONS).close();
    Finding none = of(look(item), "keychain");
    assertEquals(Finding.Level.FAIL, none.level());
    assertTrue(
        none.text().contains("The key file opens by its slot key: file:" + path), none.text());
    assertTrue(none.remedy().contains("e2ee key add-slot --keys 'file:" + path), none.remedy());
  }
}
