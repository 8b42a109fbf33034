package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One record for each attempt, and never a secret in it. */
class AuditTest {
  @TempDir Path directory;

  private static String line(AuditRecord event) {
    return event.operation() + event.outcome().map(kind -> " " + kind).orElse("");
  }

  @Test
  void recordsEachAttempt() {
    List<AuditRecord> events = new CopyOnWriteArrayList<>();
    CustodyOptions options =
        CustodyOptions.defaults()
            .withAuditSink(events::add)
            .withCallbackHandler(Passphrases.of("a secret"));
    Path path = directory.resolve("keys");
    CustodyKey key;
    try (SecretBytes secret = Passphrase.of("a secret".toCharArray());
        KeyFile file =
            KeyFile.create(path, NewSlot.passphrase(secret, WriterProcess.FLOOR), options);
        SecretBytes dek = WriterProcess.dek()) {
      key = file.generate("main", KeyKind.UMK);
      fails(Kind.CONFLICT, () -> file.generate("main", KeyKind.UMK));
      DekWrap wrap = key.operation(DekWrap.class).orElseThrow();
      byte[] wrapped = wrap.wrap(dek, new byte[] {'a', 'b', 'c'});
      fails(Kind.INTEGRITY, () -> wrap.unwrap(wrapped, new byte[0]));
      file.export(key.id(), "moving house").close();
      fails(Kind.POLICY, () -> file.export(key.id(), ""));
      file.rotate("main");
      file.retire(key.id());
      fails(Kind.MISSING, () -> file.find("other"));
      file.list();
      file.slots();
      file.addSlot(NewSlot.raw());
      file.changePassphrase(secret);
      file.removeSlot(file.slots().get(1).id());
      file.lock();
      file.unlock();
    }
    assertEquals(
        List.of(
            "create",
            "generate",
            "generate CONFLICT",
            "wrap",
            "unwrap INTEGRITY",
            "export",
            "export POLICY",
            "rotate",
            "retire",
            "find MISSING",
            "list",
            "slot-list",
            "slot-add",
            "passphrase",
            "slot-list",
            "slot-remove",
            "lock",
            "unlock"),
        events.stream().map(AuditTest::line).toList());
    AuditRecord wrap = events.get(3);
    assertEquals(Optional.of(key.id()), wrap.key());
    assertEquals(1, wrap.generation());
    assertEquals(
        Optional.of("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        wrap.aadSha256());
    assertEquals(Optional.of("moving house"), events.get(5).reason());
    assertEquals(2, events.get(7).generation());
    assertEquals(events.size(), events.stream().map(AuditRecord::requestId).distinct().count());
    assertFalse(events.toString().contains("a secret"));
    assertFalse(events.stream().anyMatch(event -> event.duration().isNegative()));
  }

  @Test
  void whatFailedNamesTheKeyThatWasAskedFor() {
    List<AuditRecord> events = new CopyOnWriteArrayList<>();
    CustodyOptions options = CustodyOptions.defaults().withAuditSink(events::add);
    KeyId none = KeyId.of(new byte[KeyId.LENGTH]);
    try (KeyFile file = KeyFile.create(directory.resolve("keys"), NewSlot.raw(), options)) {
      events.clear();
      fails(Kind.MISSING, () -> file.retire(none));
      fails(Kind.MISSING, () -> file.export(none, "test"));
      fails(Kind.POLICY, () -> file.export(none, ""));
      fails(Kind.MISSING, () -> file.find(none));
    }
    assertEquals(4, events.size());
    for (AuditRecord event : events) {
      assertEquals(Optional.of(none), event.key(), event.operation());
    }
  }
}
