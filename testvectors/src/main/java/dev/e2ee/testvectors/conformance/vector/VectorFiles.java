package dev.e2ee.testvectors.conformance.vector;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.testvectors.OwnVectors;
import dev.e2ee.testvectors.SharedFiles;
import dev.e2ee.testvectors.conformance.vector.Catalogue.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads files of vectors, and believes none of them: the hash of one that is not ours must be the
 * known one, each must be what its schema says, and have as many tests as it says.
 */
public final class VectorFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COMMON = "common.json";
  private static final String RFC_9180 = "rfc9180.json";

  private final SharedFiles shared;
  private final boolean anyVersion;
  private final Map<String, String> known;

  /**
   * A reader.
   *
   * @param shared finds the files that are not ours
   * @param anyVersion whether to take another version of such a file than the known one
   */
  public VectorFiles(SharedFiles shared, boolean anyVersion) throws IOException {
    this.shared = shared;
    this.anyVersion = anyVersion;
    this.known =
        resource("foreign.sha256")
            .lines()
            .map(line -> line.split(" +", 2))
            .collect(Collectors.toMap(parts -> parts[1], parts -> parts[0]));
  }

  /**
   * A file, read and checked.
   *
   * @throws BadVectorFileException when it is not what it should be
   * @throws IllegalStateException when it is not there, saying what to do
   */
  public VectorFile read(Entry entry) throws IOException {
    return switch (entry.source()) {
      case WYCHEPROOF -> wycheproof(entry.name());
      case RFC -> rfc(entry.name());
      case OWN -> own(entry.name());
    };
  }

  /** The files that are not ours and whose hash is known. */
  Set<String> pinned() {
    return known.keySet();
  }

  private VectorFile wycheproof(String name) throws IOException {
    Path path = shared.wycheproof(name);
    byte[] bytes = Files.readAllBytes(path);
    List<String> remarks = new ArrayList<>(versionRemarks(name, bytes));
    Path schemas = path.resolveSibling("../schemas").normalize();
    Set<String> missing = new TreeSet<>();
    JsonNode json = JSON.readTree(bytes);
    Schemas.check(
        name, json, schema(name, json), schema -> wycheproofSchema(schemas, schema, missing));
    missing.forEach(
        schema ->
            remarks.add(
                "Wycheproof's " + schema + " is not beside its schemas; our stand-in was taken."));
    return file(name, "Wycheproof", json, bytes, remarks);
  }

  /** Its common definitions are in files of their own, which some copies leave out. */
  private static String wycheproofSchema(Path folder, String name, Set<String> missing)
      throws IOException {
    Path file = folder.resolve(name);
    if (Files.exists(file)) {
      return Files.readString(file);
    }
    if (!name.endsWith(COMMON)) {
      throw new BadVectorFileException(
          "there is no schema " + file + "; get the whole of Wycheproof, its schemas too");
    }
    missing.add(name);
    return resource("common/" + name);
  }

  private static VectorFile own(String name) throws IOException {
    byte[] bytes = OwnVectors.read(name);
    JsonNode json = JSON.readTree(bytes);
    Schemas.check(
        name, json, schema(name, json), schema -> new String(OwnVectors.read(schema), UTF_8));
    return file(name, "E2EE", json, bytes, List.of());
  }

  /** The RFC's vectors are a bare list: each becomes a test, with its place as its number. */
  private VectorFile rfc(String name) throws IOException {
    if (!name.equals(RFC_9180)) {
      throw new IllegalArgumentException("no vectors of an RFC are known as " + name);
    }
    byte[] bytes = Files.readAllBytes(shared.interop("hpke/" + name));
    List<String> remarks = versionRemarks(name, bytes);
    JsonNode list = JSON.readTree(bytes);
    Schemas.check(name, list, "rfc9180.schema.json", VectorFiles::resource);
    ObjectNode group = JsonNodeFactory.instance.objectNode().put("type", "Hpke");
    List<TestVector> tests = new ArrayList<>();
    for (JsonNode one : list) {
      ObjectNode test = one.deepCopy();
      test.put("tcId", tests.size() + 1).put("result", "valid");
      test.put(
          "comment",
          "mode %s, KEM %s, KDF %s, AEAD %s"
              .formatted(
                  one.required("mode"),
                  one.required("kem_id"),
                  one.required("kdf_id"),
                  one.required("aead_id")));
      tests.add(new TestVector(group, test));
    }
    return new VectorFile(
        name, "RFC 9180", "HPKE", sha256(bytes), remarks, group.objectNode(), tests);
  }

  private static String schema(String name, JsonNode json) throws IOException {
    String schema = json.path("schema").asText();
    if (!schema.matches("[a-z0-9_.-]+\\.json")) {
      throw new BadVectorFileException(name + " names no schema");
    }
    return schema;
  }

  private List<String> versionRemarks(String name, byte[] bytes) throws IOException {
    if (sha256(bytes).equals(known.get(name))) {
      return List.of();
    }
    if (!anyVersion) {
      throw new BadVectorFileException(
          "%s is not the file that is known here: its SHA-256 is %s, not %s. Get that version, or"
                  .formatted(name, sha256(bytes), known.get(name))
              + " pass --any-version: the report says so then");
    }
    return List.of("This is another version of " + name + " than the known one.");
  }

  private static VectorFile file(
      String name, String source, JsonNode json, byte[] bytes, List<String> remarks)
      throws IOException {
    List<TestVector> tests = new ArrayList<>();
    for (JsonNode group : json.required("testGroups")) {
      group.required("tests").forEach(test -> tests.add(new TestVector(group, test)));
    }
    int promised = json.required("numberOfTests").intValue();
    if (tests.size() != promised) {
      throw new BadVectorFileException(
          "%s says that it has %d tests, and has %d".formatted(name, promised, tests.size()));
    }
    long ids = tests.stream().mapToInt(TestVector::id).distinct().count();
    if (ids != promised) {
      throw new BadVectorFileException(name + " has two tests of one number");
    }
    return new VectorFile(
        name,
        source,
        json.required("algorithm").asText(),
        sha256(bytes),
        remarks,
        json.required("notes"),
        tests);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = VectorFiles.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
