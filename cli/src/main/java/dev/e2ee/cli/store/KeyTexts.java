package dev.e2ee.cli.store;

import dev.e2ee.spi.key.KeyDescription;
import java.util.LinkedHashMap;
import java.util.Map;

/** A generation of a key, for people and as JSON. */
public final class KeyTexts {
  private KeyTexts() {}

  /** Its public fields. */
  public static Map<String, Object> json(KeyDescription key) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", key.name());
    fields.put("generation", key.generation());
    fields.put("id", key.id());
    fields.put("kind", key.kind());
    fields.put("state", key.state());
    fields.put("created", key.created());
    fields.put("residency", key.residency());
    return fields;
  }

  /** Such as {@code key 'default', generation 2, id 0123…}. */
  public static String phrase(KeyDescription key) {
    return "key '" + key.name() + "', generation " + key.generation() + ", id " + key.id();
  }
}
