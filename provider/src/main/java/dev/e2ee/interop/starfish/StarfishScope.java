package dev.e2ee.interop.starfish;

import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.keyring.Fields;
import dev.e2ee.keyring.KeyringFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a device may do with a user's account, as Starfish's server enforces it; it keeps no secret
 * from the server. The order of each list is signed.
 *
 * @param operations of {@code read}, {@code write} and {@code list}
 * @param collections by name; {@code *} is for all of them
 * @param paths patterns; empty for no such member
 */
public record StarfishScope(
    List<String> operations, List<String> collections, Optional<List<String>> paths) {
  private static final Set<String> OPERATIONS = Set.of("read", "write", "list");
  private static final String EVERY = "*";

  /**
   * Keeps lists of its own.
   *
   * @throws IllegalArgumentException when an operation is none, or a list that must not be is empty
   */
  public StarfishScope {
    operations = List.copyOf(operations);
    collections = List.copyOf(collections);
    paths = paths.map(List::copyOf);
    if (operations.isEmpty() || !OPERATIONS.containsAll(operations)) {
      throw new IllegalArgumentException("the operations of a scope are read, write and list");
    }
    if (collections.isEmpty()) {
      throw new IllegalArgumentException("a scope names at least one collection");
    }
  }

  /** All paths of some collections. */
  public static StarfishScope of(List<String> operations, List<String> collections) {
    return new StarfishScope(operations, collections, Optional.empty());
  }

  /** Whether it is for all collections, whatever their names. */
  public boolean isForEveryCollection() {
    return collections.contains(EVERY);
  }

  /** The collections that it names. */
  Set<String> named() {
    Set<String> names = new TreeSet<>(collections);
    names.remove(EVERY);
    return names;
  }

  static StarfishScope read(Fields in) throws KeyringFormatException {
    List<String> operations = texts(in, "ops");
    List<String> collections = texts(in, "collections");
    Optional<List<String>> paths =
        in.object().get("paths") == null ? Optional.empty() : Optional.of(texts(in, "paths"));
    try {
      return new StarfishScope(operations, collections, paths);
    } catch (IllegalArgumentException e) {
      throw in.fault(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> texts(Fields in, String name) throws KeyringFormatException {
    List<String> texts = new ArrayList<>();
    for (Json element : in.list(name)) {
      if (!(element instanceof Json.Text text)) {
        throw in.fault("its " + name + " are no texts");
      }
      texts.add(text.value());
    }
    return texts;
  }

  Json json() {
    Map<String, Json> members = new LinkedHashMap<>();
    members.put("ops", list(operations));
    members.put("collections", list(collections));
    paths.ifPresent(list -> members.put("paths", list(list)));
    return new Json.Members(members);
  }

  private static Json list(List<String> texts) {
    return new Json.Elements(texts.stream().<Json>map(Json.Text::new).toList());
  }
}
