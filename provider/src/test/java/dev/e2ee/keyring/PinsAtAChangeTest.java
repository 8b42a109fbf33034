package dev.e2ee.keyring;

import static dev.e2ee.keyring.Group.NOTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.keyring.Group.Person;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyring stays open for long; whom its device trusts may change meanwhile. [keyring-16] */
class PinsAtAChangeTest {
  @TempDir private Path folder;
  private Group group;

  @BeforeEach
  void meet() throws Exception {
    group = new Group(folder);
  }

  @AfterEach
  void part() {
    group.close();
  }

  private static void refuses(Keyring keyring, Person person, String why) throws Exception {
    Recipient recipient = person.recipient();
    for (Group.Change change :
        List.<Group.Change>of(
            Keyring::rotate, each -> each.add(recipient), each -> each.remove(recipient))) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> change.of(keyring).close());
      assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
    }
  }

  /** Bob has added Carol, without a head. */
  private byte[] withCarolByBob() throws Exception {
    byte[] document;
    try (KeyringChange made =
            Keyring.createWithoutHead(NOTES, group.owner.device(), group.owner.trust());
        Keyring alone = made.published();
        KeyringChange added = alone.add(group.bob.recipient())) {
      document = added.document();
      added.published().close();
    }
    for (Person person : List.of(group.owner, group.bob)) {
      person.trust().pin(NOTES, group.bob.signer());
    }
    try (Keyring bob =
            Keyring.openWithoutHead(document, NOTES, group.bob.device(), group.bob.trust());
        KeyringChange added = bob.add(group.carol.recipient())) {
      return added.document();
    }
  }

  @Test
  void whomAnUnpinnedAdderAddedIsNotInTheNextEpoch() throws Exception {
    byte[] document = withCarolByBob();
    try (Keyring owner =
        Keyring.openWithoutHead(document, NOTES, group.owner.device(), group.owner.trust())) {
      assertTrue(owner.members().contains(group.carol.recipient()));
      group.owner.trust().unpin(NOTES, group.bob.signer());
      KeyringRefusedException e = assertThrows(KeyringRefusedException.class, owner::addHead);
      assertEquals(KeyringRefusedException.Reason.NOT_TRACEABLE, e.reason());
      try (KeyringChange change = owner.rotate();
          Keyring next = change.published()) {
        assertEquals(List.of(group.owner.recipient(), group.bob.recipient()), next.members());
      }
    }
  }

  @Test
  void aDeviceThatIsUnpinnedSignsNothingMore() throws Exception {
    try (Keyring owner = group.owner.open(group.created(group.bob))) {
      group.owner.trust().unpin(NOTES, group.owner.signer());
      refuses(owner, group.bob, "this device is not pinned");
      group.owner.trust().pin(NOTES, group.owner.signer());
      owner.rotate().close();
    }
    byte[] bare = alone("second");
    try (Keyring owner =
        Keyring.openWithoutHead(bare, "second", group.owner.device(), group.owner.trust())) {
      group.owner.trust().unpin("second", group.owner.signer());
      assertThrows(IllegalStateException.class, owner::addHead);
    }
  }

  private byte[] alone(String collection) throws Exception {
    try (KeyringChange made =
        Keyring.createWithoutHead(collection, group.owner.device(), group.owner.trust())) {
      made.published().close();
      return made.document();
    }
  }

  @Test
  void aHeadBySomebodyWhoIsUnpinnedIsNotContinued() throws Exception {
    byte[] document = group.created(group.bob);
    group.bob.trust().pin(NOTES, group.bob.signer());
    try (Keyring bob = group.bob.open(document)) {
      bob.rotate().close();
      group.bob.trust().unpin(NOTES, group.owner.signer());
      refuses(bob, group.owner, group.owner.signer().key());
    }
  }

  /** Else the next epoch would be without the device that makes it. */
  @Test
  void whoseOwnEntryIsByAnUnpinnedAdderChangesNothing() throws Exception {
    byte[] document = withCarolByBob();
    for (Person person : List.of(group.bob, group.carol)) {
      group.carol.trust().pin(NOTES, person.signer());
    }
    try (Keyring carol =
        Keyring.openWithoutHead(document, NOTES, group.carol.device(), group.carol.trust())) {
      carol.rotate().close();
      group.carol.trust().unpin(NOTES, group.bob.signer());
      refuses(carol, group.bob, "this device's entry in the keyring for notes is by");
    }
  }
}
