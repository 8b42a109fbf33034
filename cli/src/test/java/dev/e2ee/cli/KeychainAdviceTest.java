package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where a keychain is in the way, and that it leads on. */
@Tag("once")
class KeychainAdviceTest {
  private static final String ITEMS =
      """
      echo 'a passphrase of some length' >p; chmod 600 p
      item() { echo "keychain:service=$1;account=ann?backend=secret-service&key-file=$PWD/$2"; }
      forget() { secret-tool clear xdg:schema dev.e2ee.slot service "$1" account ann; }
      """;

  @TempDir Path home;

  @Test
  void doctorLooksForTheBusAndTheItem() throws Exception {
    CliProcess.Answer said =
        Keyring.sh(
            home,
            ITEMS
                + """
                log_in
                e2ee init --keys "$(item a k)"
                e2ee doctor --keys "$(item a k)"
                secrets=/org/freedesktop/secrets
                dbus-send --session --print-reply --dest=org.freedesktop.secrets $secrets \
                  org.freedesktop.Secret.Service.Lock array:objpath:$secrets/collection/login >/dev/null
                echo locked:; e2ee doctor --keys "$(item a k)"
                end_bus; log_in
                forget a
                echo missing:; e2ee doctor --keys "$(item a k)" && exit 1
                rm k
                e2ee key list --keys "$(item a k)" && exit 1
                end_bus
                e2ee init --keys k --raw
                echo none:; e2ee doctor --keys "$(item a k)" && exit 1
                exit 0
                """);
    String all = said.out() + said.err();
    assertEquals(0, said.exit(), all);
    assertTrue(all.matches("(?s).*ok +keys .*locked:.*warn +keychain +LOCKED: .*missing:.*"), all);
    assertTrue(
        all.matches(
            "(?s).*missing:.*fail +keychain +MISSING: the Secret Service is readable.*"
                + "none:.*"),
        all);
    assertTrue(all.matches("(?s).*none:.*fail +keychain +AUTH_FAILED: no slot of it is.*"), all);
    assertTrue(!all.replaceFirst("(?s).*missing:", "").contains("ok    keys "), all);
  }

  @Test
  void whatIsTakenOrMissingIsNamed() throws Exception {
    CliProcess.Answer said =
        Keyring.sh(
            home,
            ITEMS
                + """
                log_in
                e2ee init --keychain --or-passphrase --passphrase-file p --keys "$(item work k)"
                e2ee init --raw --keys other
                e2ee key add-slot --keys other --keychain="$(item work other)" && exit 1
                e2ee key add-slot --keys "$(item work k)" --keychain="$(item b k)"
                e2ee init --keys "$(item c k)" && exit 1
                e2ee init --keys "$(item c three)" >/dev/null
                e2ee key generate x --keys "$(item c k)" && exit 1
                mv three moved
                e2ee key generate x --keys "$(item c three)" && exit 1
                exit 0
                """);
    String all = said.out() + said.err();
    assertEquals(0, said.exit(), all);
    assertTrue(said.out().contains("The passphrase was not used: there is a keychain"), all);
    assertTrue(
        said.err().contains("e2ee key add-slot --keys '")
            && said.err().contains("--keychain='keychain:service=work-2;account=ann"),
        all);
    assertTrue(said.err().contains("Another item opens it: 'e2ee key slots --keys " + home), all);
    assertTrue(
        said.err()
            .contains(
                "name the item of this key file, which its slots' labels tell:"
                    + " 'work/ann', 'b/ann'"),
        all);
    assertTrue(said.err().contains("Or restore it from a copy: its item is in the keychain"), all);
  }

  @Test
  void theWayOutOfNoBusWorks() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/dbus-run-session")), "no dbus-run-session");
    String out =
        Keyring.works(
            home,
            ITEMS
                + """
                say=$(e2ee init --keychain 2>&1 | grep -o 'dbus-run-session -- sh -c .*' || true)
                say=${say/FILE-WITH-ITS-PASSWORD/p}
                words='"$@" init --keychain'
                eval "${say/e2ee .../$words}" sh '"${run[@]}"'
                """);
    assertTrue(out.contains("the keychain keeps its key"), out);
  }

  @Test
  void whoIsAskedForAPassphraseIsToldBeforeWhy() throws Exception {
    try (Pty pty =
        new Pty(
            home,
            "export DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere; $E2EE init --keychain"
                + " --or-passphrase --keys k; echo init=$?")) {
      String shown =
          pty.answer("There is no keychain: nothing answers", "")
              .answer("New passphrase for file:", "one\n")
              .answer("again: ", "one\n")
              .rest();
      assertTrue(shown.contains("init=0"), shown);
    }
  }

  @Test
  void rootsBusIsNotAnotherUsers() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can be another user");
    CliProcess.Answer said =
        Keyring.sh(
            home,
            """
            log_in
            chmod 755 "$XDG_RUNTIME_DIR"
            mkdir "$XDG_RUNTIME_DIR"/{jars,home}
            chown 65534 "$XDG_RUNTIME_DIR/home"
            jars=; IFS=: read -ra parts <<<"${run[4]}"
            for part in "${parts[@]}"; do
              to="$XDG_RUNTIME_DIR/jars/${#jars}-${part##*/}"; cp -r "$part" "$to"; jars=$jars:$to
            done
            chmod -R a+rX "$XDG_RUNTIME_DIR/jars"
            cd "$XDG_RUNTIME_DIR"
            HOME=$PWD/home setpriv --reuid=65534 --regid=65534 --clear-groups \
              "${run[0]}" -cp "${jars#:}" "${run[5]}" init --keychain --keys home/k
            """);
    assertEquals(6, said.exit(), said.out() + said.err());
    assertTrue(said.err().contains("/bus is another user's; correct DBUS_SESSION"), said.err());
  }
}
