package dev.e2ee.rotation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link RotationCrashTest} does, over a real PostgreSQL, less often. [rotation-8] */
@Tag("once")
@Tag("no-engine")
class PostgresCrashTest {
  private static final int KILLS =
      Integer.getInteger("e2ee.kills", Boolean.getBoolean("e2ee.rotation.soak") ? 100 : 5);
  private static final long SEED = Long.getLong("e2ee.seed", System.nanoTime());
  private static final int RECORDS = 500;

  @TempDir Path directory;

  @Test
  void nothingIsLostByKillAndTheRotationComesToItsEnd() throws Exception {
    assumeTrue(Postgres.isInstalled(), "PostgreSQL is not installed");
    try (Postgres server = Postgres.start()) {
      try (Connection connection = server.source().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE notes (id TEXT PRIMARY KEY, data BYTEA NOT NULL)");
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO notes VALUES (?, ?)")) {
          for (String id : RotationCrash.ids(RECORDS)) {
            insert.setString(1, id);
            insert.setBytes(2, RotationCrash.first(id));
            insert.executeUpdate();
          }
        }
      }
      RotationCrash crash =
          new RotationCrash(directory, server.address(), RECORDS, 3000, new Random(SEED));
      System.out.println(">> PostgresCrashTest: " + KILLS + " kills, -De2ee.seed=" + SEED);
      crash.run(KILLS);
      System.out.println(">> PostgresCrashTest: " + crash);
      assertTrue(
          KILLS < 100 || crash.resumed() > KILLS / 10, "kills must hit the middle of passes");
    }
  }
}
