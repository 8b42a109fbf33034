package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.newKey;
import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.opened;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.rotation.RotationReport.EarlierChanges;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On H2, of whose open transactions nothing is known. [rotation-15] */
@Tag("no-engine")
class OtherDatabaseTest extends JdbcTables {
  @Override
  DataSource database() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:file:" + directory.resolve("records") + ";DATABASE_TO_UPPER=false");
    return source;
  }

  @Override
  String bytesType() {
    return "VARBINARY";
  }

  @Test
  void withoutAWordOnOpenTransactionsNoKeyIsFree() throws Exception {
    JdbcRecordStore store = notes("VARCHAR");
    put("'a'", sealed(newKey(), "a", "text a"));
    SealedKeys sealedKeys = RotationKeys.sealedKeys(directory);
    try (Connection writer = database().getConnection()) {
      writer.setAutoCommit(false);
      insert(writer, "b", sealed(oldKey(), "b", "text b"));
      RotationReport report = rotation(store).run();
      assertEquals(EarlierChanges.UNSEEN, report.earlierChanges(), report::toString);
      assertFalse(report.isComplete(), report::toString);
      assertTrue(report.isHeldUp());
      assertEquals(Set.of(), report.freed());
      assertTrue(report.toString().contains("cannot be seen"), report::toString);
      assertTrue(report.toString().contains("withTransactionsEnded"), report::toString);
      assertThrows(IllegalStateException.class, () -> sealedKeys.retire(report, newKey()));
      writer.commit();
    }
    RotationReport report = rotation(store.withTransactionsEnded()).run();
    assertTrue(report.isComplete(), report::toString);
    assertEquals(EarlierChanges.SAID_TO_HAVE_ENDED, report.earlierChanges());
    assertFalse(report.isHeldUp());
    assertEquals(1, report.moved());
    assertTrue(report.toString().contains("was said by who started it"), report::toString);
    assertTrue(sealedKeys.retire(report, newKey()));
    assertEquals("text b", opened(newKey(), "b", store.read("b").orElseThrow().bytes()));
  }

  /** Whichever option comes last. */
  @Test
  void theWordStaysWithTheStore() throws Exception {
    JdbcRecordStore store = notes("VARCHAR").withTransactionsEnded();
    List<JdbcRecordStore> others =
        List.of(
            store.withVersionColumn("version"),
            store.withIdType(JdbcRecordStore.IdType.TEXT),
            store.withLongest(1 << 20));
    for (JdbcRecordStore other : others) {
      assertEquals(RecordStore.Mark.SAID_TO_BE_PAST, other.mark());
    }
  }
}
