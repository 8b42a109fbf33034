package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of an item when its slot is removed: whoever follows it still opens the store. */
@Tag("once")
class KeychainSlotsTest {
  private static final String STORE =
      """
      log_in
      echo 'a passphrase of some length' >p; chmod 600 p
      item() { echo "keychain:service=work;account=$1?backend=secret-service&key-file=$PWD/k"; }
      forget() { secret-tool clear xdg:schema dev.e2ee.slot service work account "$1"; }
      slot() { e2ee key slots --keys k | grep "$1" | tail -n 1 | cut -d ' ' -f 1; }
      """;

  /** An item that was lost and made anew: two slots of its name, of which one is dead. */
  private static final String MADE_ANEW =
      """
      e2ee init --keys "$(item ann)"
      dead=$(slot KEYCHAIN)
      e2ee key add-slot --keys "$(item ann)" --new-passphrase-file p
      forget ann
      e2ee key add-slot --keys k --passphrase-file p --keychain="$(item ann)"
      """;

  @TempDir Path home;

  private String works(String script) throws Exception {
    return Keyring.works(home, STORE + script);
  }

  @Test
  void theItemThatOpenedTheFileMayGoWithItsOwnSlot() throws Exception {
    String out =
        works(
            """
            e2ee init --keys k --passphrase-file p
            e2ee key add-slot --keys k --passphrase-file p --keychain="$(item ann)"
            e2ee key remove-slot "$(slot KEYCHAIN)" --keys "$(item ann)"
            forget ann
            e2ee key generate records --keys k --passphrase-file p
            """);
    assertTrue(
        out.contains("Its item work/ann stays in the keychain: delete it there when no copy"), out);
    assertTrue(out.contains("records"), out);
  }

  @Test
  void theItemOfASlotThatStaysIsNotToBeDeleted() throws Exception {
    String out =
        works(
            MADE_ANEW
                + """
            e2ee key remove-slot "$(slot PASSPHRASE)" --keys "$(item ann)"
            e2ee key remove-slot "$dead" --keys "$(item ann)" >said
            grep -c "The item work/ann is that of slot $(slot KEYCHAIN), which stays; do not" said
            grep -c "delete it there" said || true
            e2ee key generate records --keys "$(item ann)"
            """);
    assertTrue(out.contains("leaked.\n1\n0\n"), out);
    assertTrue(out.contains("records"), out);
  }

  @Test
  void slotsAreLabelledByTheirItemsAndAnotherItemIsNamedByItsLabel() throws Exception {
    String out =
        works(
            """
            e2ee init --keys "$(item ann)"
            e2ee key add-slot --keys "$(item ann)" --keychain="$(item root)"
            e2ee key slots --keys k
            e2ee key remove-slot "$(slot work/root)" --keys "$(item ann)"
            forget root
            words='xdg:schema dev.e2ee.slot service work account ann'
            (umask 077; secret-tool lookup $words > item)
            forget ann
            secret-tool store --label='Key of work/ann (E2EE)' $words < item
            e2ee key generate records --keys "$(item ann)"
            """);
    assertTrue(
        out.matches("(?s).*KEYCHAIN [^\n]*'work/ann'\n[^\n]*KEYCHAIN [^\n]*'work/root'\n.*"), out);
    assertTrue(out.contains("The item work/ann is that of slot "), out);
    assertTrue(
        out.contains(
            "The label of the removed slot names the item 'work/root', which stays in the keychain: delete it"
                + " there only if no slot that stays has that item"),
        out);
    assertTrue(out.contains("records"), out);
  }

  @Test
  void byAPassphraseItIsNotKnownWhoseTheItemIs() throws Exception {
    String out =
        works(
            MADE_ANEW
                + """
            e2ee key remove-slot "$dead" --keys k --passphrase-file p >said
            grep -c "$(slot KEYCHAIN), which stays, has the label 'work/ann' too" said
            grep -c 'do not delete it' said
            grep -c "delete it there" said || true
            e2ee key generate records --keys "$(item ann)"
            e2ee key add-slot --keys k --passphrase-file p --label mine --keychain="$(item root)"
            e2ee key remove-slot "$(slot mine)" --keys k --passphrase-file p
            """);
    assertTrue(out.contains("\n1\n1\n0\n"), out);
    assertTrue(out.contains("records"), out);
    assertFalse(out.contains("names the item 'mine'"), out);
    assertTrue(out.contains("The item of the removed slot, which its label does not name"), out);
  }
}
