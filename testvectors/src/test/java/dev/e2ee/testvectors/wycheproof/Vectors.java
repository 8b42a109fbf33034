package dev.e2ee.testvectors.wycheproof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.testvectors.SharedFiles;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The tests of one of Project Wycheproof's files, each with its group. */
final class Vectors {
  private Vectors() {}

  /**
   * One test.
   *
   * @param group that it stands in
   * @param json itself
   */
  record Vector(JsonNode group, JsonNode json) {
    byte[] hex(String member) {
      return HexFormat.of().parseHex(json.required(member).textValue());
    }

    /** {@code valid}, {@code acceptable} or {@code invalid}. */
    String result() {
      return json.required("result").textValue();
    }

    boolean isValid() {
      return result().equals("valid");
    }

    boolean hasFlag(String name) {
      return StreamSupport.stream(json.required("flags").spliterator(), false)
          .anyMatch(flag -> flag.textValue().equals(name));
    }

    @Override
    public String toString() {
      return json.required("tcId") + " " + json.required("comment").textValue() + " " + result();
    }
  }

  /** All of them; as many as the file says. */
  static List<Vector> of(String file) throws IOException {
    JsonNode root =
        new ObjectMapper().readTree(SharedFiles.ofThisProject().wycheproof(file).toFile());
    List<Vector> all =
        stream(root.required("testGroups"))
            .flatMap(group -> stream(group.required("tests")).map(t -> new Vector(group, t)))
            .toList();
    if (all.size() != root.required("numberOfTests").intValue()) {
      throw new AssertionError(file + " has " + all.size() + " tests, and says another number");
    }
    return all;
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
