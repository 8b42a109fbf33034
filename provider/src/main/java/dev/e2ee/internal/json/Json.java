package dev.e2ee.internal.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON text (RFC 8259) that was read, as ECMAScript has it: every number is a double. */
public sealed interface Json {
  /**
   * An object.
   *
   * @param members in the order in which they stood; no name stands twice
   */
  record Members(Map<String, Json> members) implements Json {
    /** Keeps an order of its own. */
    public Members {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** The member with this name, or null. */
    public @Nullable Json get(String name) {
      return members.get(name);
    }

    /** The same without one member. */
    public Members without(String name) {
      Map<String, Json> rest = new LinkedHashMap<>(members);
      rest.remove(name);
      return new Members(rest);
    }

    /** The same with one member more, at the end; or in the place of the one with that name. */
    public Members with(String name, Json value) {
      Map<String, Json> more = new LinkedHashMap<>(members);
      more.put(name, value);
      return new Members(more);
    }
  }

  /**
   * An array.
   *
   * @param elements in their order
   */
  record Elements(List<Json> elements) implements Json {
    /** Keeps a list of its own. */
    public Elements {
      elements = List.copyOf(elements);
    }
  }

  /**
   * A string, which may hold lone surrogates.
   *
   * @param value without quotes and escapes
   */
  record Text(String value) implements Json {}

  /**
   * A number; one that no double can hold is infinite, as in ECMAScript.
   *
   * @param value the nearest double
   */
  record Numeral(double value) implements Json {}

  /** The three words. */
  enum Word implements Json {
    /** {@code true}. */
    TRUE,
    /** {@code false}. */
    FALSE,
    /** {@code null}. */
    NULL
  }
}
