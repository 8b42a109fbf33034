package dev.e2ee.testvectors.conformance.vector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * One test of a file of vectors.
 *
 * @param group that it stands in, with what its tests have in common
 * @param json itself
 */
public record TestVector(JsonNode group, JsonNode json) {
  /** What an implementation must do with a test. */
  public enum Expectation {
    /** Accept it, and give the right result. */
    VALID,
    /** Either accept it and give the right result, or refuse it. */
    ACCEPTABLE,
    /** Refuse it. */
    INVALID
  }

  /** The number that the file gives it. */
  public int id() {
    return json.required("tcId").intValue();
  }

  /** What it is about; may be empty. */
  public String comment() {
    return json.path("comment").asText();
  }

  /** The names of what it tries, which the file's notes explain. */
  public List<String> flags() {
    return StreamSupport.stream(json.path("flags").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  /** Whether it bears this flag. */
  public boolean hasFlag(String flag) {
    return flags().contains(flag);
  }

  /** The type of its group, such as {@code AeadTest}. */
  public String type() {
    return group.required("type").textValue();
  }

  /** What must come of it. */
  public Expectation expectation() {
    String result = json.required("result").textValue();
    return switch (result) {
      case "valid" -> Expectation.VALID;
      case "acceptable" -> Expectation.ACCEPTABLE;
      case "invalid" -> Expectation.INVALID;
      default -> throw new IllegalArgumentException("test " + id() + " has the result " + result);
    };
  }

  /** Whether it must be accepted. */
  public boolean isValid() {
    return expectation() == Expectation.VALID;
  }

  /** The bytes of a member in hex. */
  public byte[] hex(String member) {
    return HexFormat.of().parseHex(text(member));
  }

  /** The text of a member. */
  public String text(String member) {
    return json.required(member).textValue();
  }

  /** The number of a member. */
  public int number(String member) {
    return json.required(member).intValue();
  }
}
