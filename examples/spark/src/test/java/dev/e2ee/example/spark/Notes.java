package dev.e2ee.example.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.custody.file.Passphrase;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Notes of an application in Parquet, and the key file that its keys are in. */
final class Notes {
  static final String PASSPHRASE = "correct horse battery";
  static final String TEXT = "dear diary, this is note ";

  private static final int FILES = 3;
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "id STRING, record BINARY, title STRING, written TIMESTAMP, day DATE,"
              + " price DECIMAL(20,4), tags ARRAY<STRING>, place STRUCT<x: DOUBLE, y: DOUBLE>");

  private final Path folder;
  private final UserMasterKey old;
  private final UserMasterKey fresh;

  private Notes(Path folder, UserMasterKey old, UserMasterKey fresh) {
    this.folder = folder;
    this.old = old;
    this.fresh = fresh;
  }

  /** With a key file in which the key {@code records} was rotated once. */
  static Notes in(Path folder) throws IOException, GeneralSecurityException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    Path passphrase = Files.createFile(folder.resolve("passphrase"));
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(passphrase, PASSPHRASE);
    UserMasterKey old = anyKey();
    try (SecretBytes secret = Passphrase.of(PASSPHRASE.toCharArray());
        KeyFile keys =
            KeyFile.create(
                folder.resolve("keys.e2ee"),
                NewSlot.passphrase(
                    secret, new Argon2Cost(Argon2Cost.MIN_MEMORY_KIB, Argon2Cost.MIN_PASSES, 1)),
                CustodyOptions.defaults());
        SecretBytes raw = SecretBytes.adopt(old.getEncoded())) {
      keys.importKey("records", raw);
      var rotated = keys.rotate("records");
      try (SecretBytes bytes = keys.export(rotated.id(), "the test looks for it")) {
        return new Notes(folder, old, UserMasterKey.of(bytes, rotated.id(), 2));
      }
    }
  }

  /** A key that nobody else has. */
  static UserMasterKey anyKey() {
    byte[] bytes = new byte[UserMasterKey.LENGTH];
    new SecureRandom().nextBytes(bytes);
    return UserMasterKey.of(bytes);
  }

  UserMasterKey oldKey() {
    return old;
  }

  UserMasterKey newKey() {
    return fresh;
  }

  /** What nobody may find, a character for each byte. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>(List.of(PASSPHRASE, TEXT));
    for (UserMasterKey key : List.of(old, fresh)) {
      byte[] bytes = key.getEncoded();
      secrets.add(new String(bytes, ISO_8859_1));
      secrets.add(HexFormat.of().formatHex(bytes));
      secrets.add(Base64.getEncoder().encodeToString(bytes));
    }
    return secrets;
  }

  /** The key file's URI. */
  String keys() {
    return "file:"
        + folder.resolve("keys.e2ee")
        + "?passphrase-source=file:"
        + folder.resolve("passphrase");
  }

  /** The same file, by {@link WatchedCustody}. */
  String watchedKeys() {
    return "watched:?path="
        + folder.resolve("keys.e2ee")
        + "&passphrase-source=file:"
        + folder.resolve("passphrase");
  }

  static String id(int number) {
    return "ann/" + number;
  }

  /** A note sealed under a key. */
  static byte[] sealed(UserMasterKey key, String id) throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(key)) {
      return envelope.seal((TEXT + id).getBytes(UTF_8), RewrapDataSet.context(id));
    }
  }

  /** A row of the data set, whose other columns follow from the id. */
  static Row row(String id, byte[] record) {
    int length = id.length();
    return RowFactory.create(
        id,
        record,
        "title of " + id,
        Instant.parse("1582-10-10T04:05:06.789012Z"),
        LocalDate.of(1582, 10, 10 + length % 3), // days that the old calendar has not
        new BigDecimal("1234567890123456.789" + length % 10),
        new String[] {"a", id},
        RowFactory.create(-0.5, (double) length));
  }

  /** Rows with notes under the old key. */
  List<Row> rows(int number) throws GeneralSecurityException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      rows.add(row(id(i), sealed(old, id(i))));
    }
    return rows;
  }

  /** Writes a data set of several files, each with rows that follow one another. */
  String write(SparkSession spark, String name, List<Row> rows) {
    String path = path(name);
    spark
        .createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, FILES),
            SCHEMA)
        .write()
        .parquet(path);
    return path;
  }

  String path(String name) {
    return folder.resolve(name).toString();
  }
}
