package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a real GNOME Keyring, on a session bus of the test's own. */
@Tag("once")
class KeychainCommandsTest {
  @TempDir Path home;

  private CliProcess.Answer sh(String script) throws IOException, InterruptedException {
    return Keyring.sh(home, script);
  }

  private String works(String script) throws IOException, InterruptedException {
    return Keyring.works(home, script);
  }

  @Test
  void aStoreInTheKeychainSealsAndOpens() throws Exception {
    String out =
        works(
            """
            log_in
            e2ee init --keychain
            export E2EE_KEYS="keychain:service=e2ee;account=$(id -un)?backend=secret-service"
            printf Penicillin | e2ee seal --user ann --type note --id 1 >sealed
            e2ee open sealed -o - --user ann --type note --id 1
            echo
            e2ee key list
            secret-tool lookup service e2ee account "$(id -un)" | cut -c 1-12
            """);
    assertTrue(out.contains("Penicillin\n"), out);
    assertTrue(out.contains("\ne2ee-slot-1 \n"), out);
    assertTrue(out.contains("export E2EE_KEYS='keychain:service=e2ee;account="), out);
  }

  @Test
  void aKeyFileGetsASlotInTheKeychainAndLosesItButNotItsItem() throws Exception {
    String out =
        works(
            """
            log_in
            echo 'a passphrase of some length' >p; chmod 600 p
            e2ee init --passphrase-file p
            item='keychain:service=notes;account=ann?backend=secret-service'
            e2ee key add-slot --keychain "$item" --passphrase-file p >added
            uri=$(sed -n "s/^It opens by: --keys '\\(.*\\)'$/\\1/p" added)
            e2ee key generate records --keys "$uri"
            e2ee custody probe "$uri"
            id=$(e2ee key slots --keys "$uri" | sed -n 's/ *KEYCHAIN.*//p')
            e2ee key remove-slot "$id" --keys "$uri"
            secret-tool search service notes account ann
            e2ee key add-slot --keychain "$item" --passphrase-file p
            e2ee key list --passphrase-file p
            """);
    assertTrue(out.contains("records"), out);
    assertTrue(out.contains("2 ways to open the file"), out);
    assertTrue(out.contains("Its item notes/ann stays in the keychain"), out);
    assertTrue(out.contains("label ="), out);
    assertTrue(out.contains("Its item was there, from an earlier slot of a key file"), out);
  }

  @Test
  void initTellsOfAnItemThatWasThere() throws Exception {
    String out =
        works(
            """
            log_in
            e2ee init --keychain >first
            rm .local/share/e2ee/keychain/e2ee/"$(id -un)".e2ee
            e2ee init --keychain >second
            rm .local/share/e2ee/keychain/e2ee/"$(id -un)".e2ee
            e2ee init --keychain --json
            e2ee init --json --keys 'keychain:service=new;account=ann?backend=secret-service'
            grep -c 'Its item was there' first second || true
            grep -o 'For a new key remove the slot' second
            """);
    assertTrue(out.contains("\"itemWasThere\" : true"), out);
    assertTrue(out.contains("\"itemWasThere\" : false"), out);
    assertTrue(out.contains("first:0\nsecond:1\nFor a new key remove the slot\n"), out);
  }

  @Test
  void whatTheKeychainWithholdsIsToldWithAWayOut() throws Exception {
    CliProcess.Answer said =
        sh(
            """
            log_in
            echo 'a passphrase of some length' >p; chmod 600 p
            e2ee init --keychain
            export E2EE_KEYS="keychain:service=e2ee;account=$(id -un)?backend=secret-service"
            e2ee key add-slot --new-passphrase-file p
            e2ee init --keychain --keys other.e2ee && exit 1
            (unset E2EE_KEYS; e2ee doctor || true)
            e2ee doctor || true
            e2ee key list --passphrase-file p && exit 1
            secret-tool clear service e2ee account "$(id -un)"
            e2ee custody probe && exit 1
            printf Penicillin >plain
            e2ee seal plain --user ann --type note --id 1 && exit 1
            exit 0
            """);
    String all = said.out() + said.err();
    assertEquals(0, said.exit(), all);
    String file = home.resolve(".local/share/e2ee/keychain/e2ee").toString();
    assertTrue(
        said.err().contains("For another item: e2ee init --keys 'keychain:service=work"), all);
    assertTrue(said.out().contains("name the one in the keychain: export E2EE_KEYS='keych"), all);
    assertTrue(said.out().contains("its key is the item e2ee/"), all);
    assertTrue(said.err().contains("no passphrase opens keychain:service=e2ee;account="), all);
    assertTrue(said.out().contains("MISSING: the Secret Service is readable and has no"), all);
    assertTrue(said.err().contains("The key file opens by its passphrase too: file:" + file), all);
    assertFalse(said.out().contains("PIN"), all);
  }

  @Test
  void theTckRunsOverCopiesOfTheFileAndLeavesTheItem() throws Exception {
    String out =
        works(
            """
            log_in
            e2ee init --keychain
            export E2EE_KEYS="keychain:service=e2ee;account=$(id -un)?backend=secret-service"
            cp -r .local/share/e2ee before
            secret-tool lookup service e2ee account "$(id -un)" >item
            e2ee custody test "$E2EE_KEYS" --point wrap-every-bit,corrupt,killed-writer,lost-makes-nothing
            diff -r .local/share/e2ee before
            secret-tool lookup service e2ee account "$(id -un)" | cmp - item
            """);
    assertTrue(out.contains("4 passed, 0 failed, 0 declared"), out);
  }

  @Test
  void oneWayInIsWarnedOf() throws Exception {
    String out =
        works(
            """
            log_in
            e2ee init --keychain
            e2ee doctor --keys "keychain:service=e2ee;account=$(id -un)?backend=secret-service" || true
            """);
    assertTrue(out.contains("one way to open the file (KEYCHAIN)"), out);
  }

  @Test
  void withoutAKeychainAPassphraseIsTakenOnlyWhereThatWasAskedFor() throws Exception {
    CliProcess.Answer refused = sh("e2ee init --keychain");
    assertEquals(6, refused.exit(), refused.out() + refused.err());
    assertTrue(refused.err().contains("nothing answers at unix:path="), refused.err());
    String out =
        works(
            """
            test ! -e .local/share/e2ee/keychain/e2ee/"$(id -un)".e2ee
            echo 'a passphrase of some length' >p; chmod 600 p
            e2ee init --keychain --or-passphrase --passphrase-file p
            e2ee init --keychain --or-passphrase --passphrase-file p \
              --keys 'keychain:service=s;account=ann?backend=secret-service' >said
            eval "$(sed -n 's/^Name it from here on: //p' said)"
            e2ee key list --passphrase-file p
            e2ee key list --passphrase-file p --keys .local/share/e2ee/keychain/e2ee/"$(id -un)".e2ee
            """);
    assertTrue(out.contains("under a passphrase in its place"), out);
    assertTrue(out.startsWith("There is no keychain: nothing answers at unix:path="), out);
  }

  @Test
  void whatBecameAPassphraseIsNamedByItsFileUntilTheKeychainIsAdded() throws Exception {
    CliProcess.Answer said =
        sh(
            """
            echo 'a passphrase of some length' >p; chmod 600 p
            cat >bus.conf <<END
            <busconfig><type>session</type><listen>unix:path=$XDG_RUNTIME_DIR/bus</listen>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
            END
            bus=$(dbus-daemon --config-file=bus.conf --fork --print-pid)
            e2ee init --keychain --or-passphrase --passphrase-file p >said
            cat said
            e2ee init --keychain && exit 1
            e2ee doctor || true
            keychain="keychain:service=e2ee;account=$(id -un)?backend=secret-service"
            e2ee doctor --keys "$keychain" || true
            end_bus
            log_in
            eval "$(sed -n 's/^Add the keychain when it is there: //p' said) --passphrase-file p"
            e2ee key list --keys "$keychain"
            """);
    String all = said.out() + said.err();
    assertEquals(0, said.exit(), all);
    String file = "'file:" + home.resolve(".local/share/e2ee/keychain/e2ee/");
    assertTrue(said.out().startsWith("No keychain answers now: no Secret Service answers"), all);
    assertTrue(said.err().contains("Use it: --keys " + file), all);
    assertTrue(
        said.out()
            .contains("the one that init made in place of a keychain's: export E2EE_KEYS=" + file),
        all);
    assertTrue(
        said.out().contains("no slot of it is for a keychain. The key file opens by its"), all);
    assertTrue(said.out().contains("PRIMARY"), all);
  }

  @Test
  void aLockedKeychainIsNotTakenForNone() throws Exception {
    CliProcess.Answer said =
        sh(
            """
            echo 'a passphrase of some length' >p; chmod 600 p
            tries() {
              code=0; e2ee init --keychain --or-passphrase --passphrase-file p || code=$?
              test $code = 5; test ! -e .local/share/e2ee/keychain/e2ee/"$(id -un)".e2ee
            }
            bus=$(dbus-daemon --session --address="$DBUS_SESSION_BUS_ADDRESS" --fork --print-pid)
            gnome-keyring-daemon --components=secrets --daemonize >/dev/null
            tries
            end_bus
            log_in
            secrets=/org/freedesktop/secrets
            dbus-send --session --print-reply --dest=org.freedesktop.secrets $secrets \
              org.freedesktop.Secret.Service.Lock array:objpath:$secrets/collection/login >/dev/null
            tries
            """);
    String all = said.out() + said.err();
    assertEquals(0, said.exit(), all);
    assertTrue(said.err().contains("has no collection open"), all);
    assertTrue(
        said.err().contains("the keychain's prompt was dismissed, or could not be shown"), all);
  }
}
