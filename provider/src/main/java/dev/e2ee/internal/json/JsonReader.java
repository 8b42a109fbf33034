package dev.e2ee.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON text: strict UTF-8, no name twice in an object, nothing behind it, and bounds on
 * what a length or a nesting can cost.
 */
public final class JsonReader {
  /** How deep objects and arrays may lie in each other. */
  public static final int MAX_DEPTH = 32;

  /** How long a text may be, in bytes. */
  public static final int MAX_LENGTH = 32 << 20;

  /** How many values a text may have that is kept: each costs far more memory than its text. */
  public static final int MAX_VALUES = 400_000;

  private static final int MAX_DIGITS = 400;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_DIGITS)
                  .maxStringLength(MAX_LENGTH)
                  .maxNameLength(MAX_LENGTH)
                  .build())
          .build();

  private final JsonParser in;
  private int values;

  private JsonReader(JsonParser in) {
    this.in = in;
  }

  /** What is done with a text. */
  private interface Work<T> {
    T with(JsonReader reader) throws IOException, JsonSyntaxException;
  }

  /**
   * Reads a text.
   *
   * @throws JsonSyntaxException for anything else, and beyond the bounds
   */
  public static Json read(byte[] utf8) throws JsonSyntaxException {
    return work(utf8, JsonReader::value);
  }

  /**
   * Checks a text, with any number of values, and keeps none of it.
   *
   * @return whether it is an object or an array
   * @throws JsonSyntaxException as above
   */
  public static boolean isContainer(byte[] utf8) throws JsonSyntaxException {
    return work(utf8, JsonReader::walk);
  }

  private static <T> T work(byte[] utf8, Work<T> work) throws JsonSyntaxException {
    String text = decoded(utf8);
    // Over a string: from bytes the library would guess UTF-16 and UTF-32 too.
    try (JsonParser in = FACTORY.createParser(text)) {
      in.nextToken();
      T result = work.with(new JsonReader(in));
      if (in.nextToken() != null) {
        throw new JsonSyntaxException("something follows the JSON text");
      }
      return result;
    } catch (JsonProcessingException e) {
      throw new JsonSyntaxException(where(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it reads from memory
    }
  }

  private static String decoded(byte[] utf8) throws JsonSyntaxException {
    if (utf8.length > MAX_LENGTH) {
      throw new JsonSyntaxException("it has more than " + MAX_LENGTH + " bytes");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonSyntaxException("it is not UTF-8");
    }
  }

  /** The library's own message may quote what it found. */
  private static String where(JsonProcessingException e) {
    var location = e.getLocation();
    return location == null
        ? "it is not JSON, or nested deeper than " + MAX_DEPTH
        : "it is not JSON, has a name twice or is nested deeper than "
            + MAX_DEPTH
            + ", at character "
            + location.getCharOffset();
  }

  private JsonToken token() throws JsonSyntaxException {
    JsonToken token = in.currentToken();
    if (token == null) {
      throw new JsonSyntaxException("it is empty or ends too early");
    }
    return token;
  }

  /** To the end of the first value; the library leaves open what numbers and strings say. */
  private boolean walk() throws IOException, JsonSyntaxException {
    boolean isContainer = token().isStructStart();
    for (int depth = 0; ; in.nextToken()) {
      JsonToken token = token();
      if (token.isNumeric()) {
        number(in.getText());
      } else if (token == JsonToken.VALUE_STRING) {
        in.getText();
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        return isContainer;
      }
    }
  }

  private Json value() throws IOException, JsonSyntaxException {
    if (++values > MAX_VALUES) {
      throw new JsonSyntaxException("it has more than " + MAX_VALUES + " values");
    }
    return switch (token()) {
      case START_OBJECT -> members();
      case START_ARRAY -> elements();
      case VALUE_STRING -> new Json.Text(in.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(in.getText());
      case VALUE_TRUE -> Json.Word.TRUE;
      case VALUE_FALSE -> Json.Word.FALSE;
      case VALUE_NULL -> Json.Word.NULL;
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new JsonSyntaxException("it is no JSON text");
    };
  }

  /** The library bounds integers only: it does not look at the value of the others. */
  private static Json number(String text) throws JsonSyntaxException {
    if (text.chars().filter(Character::isDigit).count() > MAX_DIGITS) {
      throw new JsonSyntaxException("a number in it has more than " + MAX_DIGITS + " digits");
    }
    return new Json.Numeral(Double.parseDouble(text));
  }

  private Json members() throws IOException, JsonSyntaxException {
    Map<String, Json> members = new LinkedHashMap<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      members.put(name, value());
    }
    return new Json.Members(members);
  }

  private Json elements() throws IOException, JsonSyntaxException {
    List<Json> elements = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value());
    }
    return new Json.Elements(elements);
  }
}
