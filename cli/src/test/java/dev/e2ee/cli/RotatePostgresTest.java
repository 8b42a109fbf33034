package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2ee rotate} as a process, over the table of a real PostgreSQL. */
@Tag("once")
class RotatePostgresTest {
  private static final String SCRIPT =
      """
      set -euo pipefail
      run=("$@"); e2ee() { "${run[@]}" "$@"; }
      pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
      as() { # PostgreSQL does not run as root
        if [ "$(id -u)" = 0 ]; then
          (cd /tmp; setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
        else
          "$@"
        fi
      }
      printf secret > password; chmod 600 password
      dir=$(as mktemp -d /tmp/e2ee-cli-postgres-XXXXXX)
      trap 'as "$pg/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null || true; rm -rf "$dir"' EXIT
      as sh -c 'umask 077; printf secret > "$1/password"; "$0/initdb" -D "$1/data" -U ann \\
        -A scram-sha-256 --pwfile="$1/password" -E UTF8 --locale=C.UTF-8' "$pg" "$dir" >/dev/null
      for i in 1 2 3; do # another program may take the port
        port=$(shuf -i 20000-30000 -n 1)
        as "$pg/pg_ctl" -D "$dir/data" -w -l "$dir/log" \\
          -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir" start >&2 \\
          && break
      done
      sql() { PGPASSWORD=secret "$pg/psql" -h 127.0.0.1 -p "$port" -U ann -qAt -c "$1" postgres; }

      e2ee init --raw >/dev/null
      sql 'CREATE SCHEMA app; CREATE TABLE app.notes (owner text, id text PRIMARY KEY, body bytea)'
      for id in ann/1 ann/2 bob/1; do
        sealed=$(printf "text of $id" | e2ee seal --user "${id%/*}" --type note --id "${id#*/}" \\
          | od -An -v -tx1 | tr -d ' \\n')
        sql "INSERT INTO app.notes VALUES ('x', '$id', decode('$sealed', 'hex'))"
      done
      e2ee key rotate default >/dev/null
      rotate() {
        e2ee rotate "jdbc:postgresql://127.0.0.1:$port/postgres" --db-user ann "$@" \\
          --table app.notes --data-column body --id-pattern '(?<user>.*)/(?<id>.*)' --type note
      }
      exit=0; rotate --db-password-file <(printf wrong) 2>&1 | sed 's/^/wrong password: /' || exit=$?
      echo "exit $exit"
      rotate --db-password-file password --threads 2
      e2ee key retire default --generation 1 --yes >/dev/null
      rotate --db-password-fd 5 5< password
      sql "SELECT encode(body, 'base64') FROM app.notes WHERE id = 'bob/1'" | base64 -d \\
        | e2ee open --user bob --type note --id 1
      """;

  @TempDir Path home;

  @Test
  void everyRecordIsUnderTheNewGenerationAndTheOldOneIsRetired()
      throws IOException, InterruptedException {
    assumeTrue(Files.isDirectory(Path.of("/usr/lib/postgresql")), "PostgreSQL is not installed");
    CliProcess.Answer answer = CliProcess.shell(home, SCRIPT);
    String all = answer.out() + answer.err();
    assertEquals(0, answer.exit(), all);
    assertTrue(answer.out().contains("wrong password: e2ee: the database cannot be reached"), all);
    assertTrue(answer.out().contains("\nexit 7\n"), all);
    assertTrue(answer.out().contains("\nMoved 3, passes 2. All 3 records are under key"), all);
    assertTrue(answer.out().contains("\nMoved 0, passes 1. All 3 records are under key"), all);
    assertTrue(answer.out().endsWith("\ntext of bob/1"), all);
  }
}
