package dev.e2ee.keyring;

import static dev.e2ee.keyring.Group.NOTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyring is remembered, and the other collections are looked at again: what if nobody can? */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class SecondLookTest {
  @TempDir Path folder;

  /** A device's store, in which another collection's file is torn once something was replaced. */
  private record Torn(FileTrustStore real, Path file, Signer pinned) implements TrustStore {
    @Override
    public Optional<CollectionTrust> find(String collection) throws IOException {
      return real.find(collection);
    }

    @Override
    public Map<String, CollectionTrust> all() throws IOException {
      return real.all();
    }

    @Override
    public boolean replace(
        String collection, Optional<CollectionTrust> expected, CollectionTrust now)
        throws IOException {
      boolean replaced = real.replace(collection, expected, now);
      if (replaced && Files.notExists(file)) {
        Files.write(file, new byte[] {'{'});
        real.pin(collection, pinned); // as another command does at this moment
      }
      return replaced;
    }
  }

  /** Pins are as they are by then. [keyring-25] */
  @Test
  void whatNobodyCouldLookAtLeavesMemoryAsItWas() throws Exception {
    try (Group group = new Group(folder)) {
      byte[] document = group.created(group.bob);
      Path store = folder.resolve("store");
      FileTrustStore trust = FileTrustStore.at(store);
      trust.pin(NOTES, group.owner.signer());
      CollectionTrust before = trust.find(NOTES).orElseThrow();
      Path file = store.resolve("another.json");
      Torn torn = new Torn(trust, file, group.carol.signer());
      IOException told =
          assertThrows(
              IOException.class, () -> Keyring.open(document, NOTES, group.bob.device(), torn));
      assertTrue(String.valueOf(told.getMessage()).contains(file.toString()), told::toString);
      assertEquals(0, told.getSuppressed().length);
      assertEquals(before.with(group.carol.signer()), trust.find(NOTES).orElseThrow());
      Files.delete(file);
      Keyring.open(document, NOTES, group.bob.device(), trust).close();
    }
  }
}
