package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.newKey;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.rotation.RotationReport.EarlierChanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** On a real PostgreSQL. */
@Tag("once")
@Tag("no-engine")
class PostgresRecordStoreTest extends JdbcRecordStoreContract {
  private static Postgres server;

  /** Not before all of them: what is left out there is counted by nobody. */
  @BeforeEach
  void start() throws IOException, InterruptedException {
    assumeTrue(Postgres.isInstalled(), "PostgreSQL is not installed");
    if (server == null) {
      server = Postgres.start();
    }
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Override
  DataSource database() {
    return server.source();
  }

  @Override
  List<DataSource> others() throws SQLException {
    sql("CREATE DATABASE others", "CREATE SCHEMA tenant");
    PGSimpleDataSource database = server.source();
    database.setDatabaseName("others");
    PGSimpleDataSource schema = server.source();
    schema.setCurrentSchema("tenant");
    return List.of(database, schema);
  }

  @Test
  void whoComesWithWhichPasswordIsNotInItsName() throws Exception {
    String address =
        server.source().getServerNames()[0] + ":" + server.source().getPortNumbers()[0];
    String password = String.valueOf(server.source().getPassword());
    PGSimpleDataSource source = server.source();
    source.setApplicationName("notes@home");
    for (DataSource one : List.of(source, byUrl("?user=e2ee&password=" + password))) {
      assertEquals(
          "the column data of the table notes, by id, of the database jdbc:postgresql://"
              + address
              + "/postgres, postgres, public",
          JdbcRecordStore.of(one, "notes", "id", "data").name());
    }
  }

  /** As a driver is given the address of a server itself. */
  private static DataSource byUrl(String parameters) {
    PGSimpleDataSource source = server.source();
    String url =
        "jdbc:postgresql://"
            + source.getServerNames()[0]
            + ":"
            + source.getPortNumbers()[0]
            + "/postgres"
            + parameters;
    return (DataSource)
        Proxy.newProxyInstance(
            PostgresRecordStoreTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> DriverManager.getConnection(url));
  }

  /** Its driver calls everything PostgreSQL that speaks the protocol. [rotation-15] */
  @Test
  void whatOnlySpeaksItsProtocolIsNotTakenForIt() throws Exception {
    sql(
        "DROP SCHEMA IF EXISTS likewise CASCADE",
        "CREATE SCHEMA likewise",
        """
        CREATE FUNCTION likewise.version() RETURNS text LANGUAGE sql
        AS $$ SELECT 'CockroachDB CCL v25.4.14 (x86_64-pc-linux-gnu)' $$
        """);
    JdbcRecordStore itself = notes("TEXT");
    put("'a'", sealed(newKey(), "a", "text"));
    PGSimpleDataSource source = server.source();
    source.setOptions("-c search_path=likewise,public,pg_catalog");
    JdbcRecordStore like = JdbcRecordStore.of(source, "notes", "id", "order");
    assertEquals(EarlierChanges.UNSEEN, rotation(like).run().earlierChanges());
    RotationReport said = rotation(like.withTransactionsEnded()).run();
    assertEquals(EarlierChanges.SAID_TO_HAVE_ENDED, said.earlierChanges());
    assertTrue(said.isComplete(), said::toString);
    assertEquals(EarlierChanges.ENDED, rotation(itself).run().earlierChanges());
  }

  @Override
  String bytesType() {
    return "BYTEA";
  }

  @Override
  String literal(byte value) {
    return "'\\x" + HexFormat.of().toHexDigits(value) + "'";
  }

  @Override
  void cutEachUpdate() throws SQLException {
    sql(
        """
        CREATE OR REPLACE FUNCTION cut() RETURNS trigger AS $$
        BEGIN
          NEW."order" = substring(NEW."order" FROM 1 FOR 1);
          RETURN NEW;
        END $$ LANGUAGE plpgsql
        """,
        """
        CREATE TRIGGER cutting BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION cut()
        """);
  }

  @Test
  void idsOfTheTypeUuidAndATableInASchema() throws Exception {
    UUID first = UUID.fromString("00000000-0000-0000-0000-00000000000a");
    sql(
        "CREATE SCHEMA app",
        "CREATE TABLE app.docs (id UUID PRIMARY KEY, data BYTEA)",
        "INSERT INTO app.docs VALUES ('" + first + "', '\\x01'), (gen_random_uuid(), '\\x02')");
    JdbcRecordStore store =
        JdbcRecordStore.of(database(), "app.docs", "id", "data")
            .withIdType(JdbcRecordStore.IdType.UUID);
    try (RecordStore.Ids ids = store.idsAfter(null)) {
      assertEquals(List.of(first.toString()), ids.next(1));
      assertEquals(1, ids.next(2).size());
    }
    StoredRecord now = store.read(first.toString()).orElseThrow();
    assertTrue(store.replace(first.toString(), now, new byte[] {3}));
  }

  /**
   * A row that another transaction has changed and not committed yet: the UPDATE waits for it, and
   * then fails or finds another row, whatever the isolation level. [rotation-8]
   */
  @Test
  void aWriterWhoHasNotCommittedYetIsWaitedFor() throws Exception {
    sql(
        "DROP TABLE IF EXISTS busy",
        "CREATE TABLE busy (id TEXT PRIMARY KEY, data BYTEA)",
        "INSERT INTO busy VALUES ('a', '\\x01')");
    for (var level :
        Map.of("read committed", 1, "repeatable read", 2, "serializable", 3).entrySet()) {
      PGSimpleDataSource source = server.source();
      source.setOptions("-c default_transaction_isolation=" + level.getKey().replace(" ", "\\ "));
      JdbcRecordStore store = JdbcRecordStore.of(source, "busy", "id", "data");
      StoredRecord now = store.read("a").orElseThrow();
      try (Connection writer = database().getConnection()) {
        writer.setAutoCommit(false);
        try (PreparedStatement update =
            writer.prepareStatement("UPDATE busy SET data = ? WHERE id = 'a'")) {
          update.setBytes(1, new byte[] {(byte) (10 + level.getValue())});
          update.executeUpdate();
        }
        var replacing =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return store.replace("a", now, new byte[] {99});
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        awaitBlocked();
        writer.commit();
        assertFalse(replacing.get(60, TimeUnit.SECONDS), level.getKey());
      }
      assertEquals(10 + level.getValue(), store.read("a").orElseThrow().bytes()[0]);
    }
  }

  /** Until a transaction waits for another one's row. */
  private void awaitBlocked() throws SQLException, InterruptedException {
    String waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    try (Connection connection = database().getConnection();
        PreparedStatement count = connection.prepareStatement(waiting)) {
      for (int i = 0; i < 6000; i++) {
        try (var rows = count.executeQuery()) {
          if (rows.next() && rows.getInt(1) > 0) {
            return;
          }
        }
        Thread.sleep(10);
      }
    }
    throw new AssertionError("the rotation's UPDATE does not wait for the writer's");
  }
}
