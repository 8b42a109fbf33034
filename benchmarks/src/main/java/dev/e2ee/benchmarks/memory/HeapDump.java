package dev.e2ee.benchmarks.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** A heap dump in which keys were looked for: the copies, and what holds each of them. */
final class HeapDump {
  /** The holder of an array that no object of the dump refers to. */
  static final String NOTHING = "nothing";

  private final ByteBuffer bytes;
  private final Hprof hprof;
  private final Map<Long, String> names = new HashMap<>();
  private final Map<Long, Type> types = new HashMap<>();
  private final List<Copy> copies = new ArrayList<>();

  private record Type(long id, long parent, int statics, int fields) {}

  /** An array with a key in it; what lies in no array has no id. */
  private record Copy(KeyKind kind, String array, long id) {}

  private HeapDump(ByteBuffer bytes) {
    this.bytes = bytes;
    this.hprof = new Hprof(bytes);
  }

  /** Looks for keys in the dump of this file, which has less than 2 GiB. */
  static HeapDump search(Path file, KeySearch search) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      HeapDump dump = new HeapDump(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      dump.find(search);
      return dump;
    }
  }

  private void find(KeySearch search) {
    TreeMap<Integer, KeyKind> found = new TreeMap<>();
    search.in(bytes, found::put);
    Map<Integer, Copy> inArrays = new HashMap<>();
    hprof.read(
        new Hprof.Visitor() {
          @Override
          public void numbers(long id, int type, int at, int count) {
            int end = at + count * Hprof.size(type);
            String array = Hprof.name(type) + "[" + count + "]";
            found
                .subMap(at, end)
                .forEach((place, kind) -> inArrays.put(place, new Copy(kind, array, id)));
          }

          @Override
          public void string(long id, int at, int length) {
            names.put(id, text(at, length));
          }
        });
    found.forEach(
        (place, kind) ->
            copies.add(inArrays.getOrDefault(place, new Copy(kind, "outside of arrays", 0))));
  }

  private String text(int at, int length) {
    byte[] text = new byte[length];
    bytes.get(at, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** How many copies there are of keys of this kind. */
  int count(KeyKind kind) {
    return (int) copies.stream().filter(copy -> copy.kind == kind).count();
  }

  /**
   * What the copies of keys of this kind are and which fields hold them, such as {@code byte[32] of
   * com.example.Key.bytes}, with how many there are of each.
   */
  Map<String, Integer> holders(KeyKind kind) {
    List<Copy> ofKind = copies.stream().filter(copy -> copy.kind == kind).toList();
    Map<Long, Set<String>> byId = referrers(ofKind.stream().map(Copy::id).toList());
    Map<String, Integer> holders = new TreeMap<>();
    for (Copy copy : ofKind) {
      Set<String> by = byId.getOrDefault(copy.id, Set.of());
      String holder = by.isEmpty() ? NOTHING : String.join(", ", by);
      holders.merge(copy.array + " of " + holder, 1, Integer::sum);
    }
    return holders;
  }

  /** The fields that refer to these objects, directly or through an array of references. */
  private Map<Long, Set<String>> referrers(List<Long> ids) {
    Map<Long, Set<String>> fields = new HashMap<>();
    Map<Long, Set<Long>> arrays = new HashMap<>();
    readReferrers(
        Set.copyOf(ids),
        (id, field) -> fields.computeIfAbsent(id, i -> new TreeSet<>()).add(field),
        (id, array) -> arrays.computeIfAbsent(array, i -> new TreeSet<>()).add(id));
    readReferrers(
        arrays.keySet(),
        (array, field) ->
            arrays
                .getOrDefault(array, Set.of())
                .forEach(id -> fields.computeIfAbsent(id, i -> new TreeSet<>()).add(field + "[]")),
        (array, outer) -> {});
    return fields;
  }

  private void readReferrers(
      Set<Long> wanted, BiConsumer<Long, String> byField, BiConsumer<Long, Long> byArray) {
    Map<Long, Long> classNames = new HashMap<>();
    hprof.read(
        new Hprof.Visitor() {
          @Override
          public void className(long id, long name) {
            classNames.put(id, name);
          }

          @Override
          public void type(long id, long parent, int statics, int fields) {
            types.put(id, new Type(id, parent, statics, fields));
          }

          @Override
          public void references(long id, int at, int count) {
            for (int i = 0; i < count; i++) {
              long to = bytes.getLong(at + i * Hprof.ID);
              if (wanted.contains(to)) {
                byArray.accept(to, id);
              }
            }
          }
        });
    // Only now is every class known.
    types.values().forEach(type -> statics(type, wanted, classNames, byField));
    hprof.read(
        new Hprof.Visitor() {
          @Override
          public void instance(long id, long type, int at) {
            fields(type, at, wanted, classNames, byField);
          }
        });
  }

  private void statics(
      Type type, Set<Long> wanted, Map<Long, Long> classNames, BiConsumer<Long, String> found) {
    int at = type.statics + Short.BYTES;
    for (int left = bytes.getShort(type.statics); left > 0; left--) {
      int kind = bytes.get(at + Hprof.ID);
      long to = kind == Hprof.REFERENCE ? bytes.getLong(at + Hprof.ID + 1) : 0;
      if (wanted.contains(to)) {
        found.accept(to, field(type, at, classNames));
      }
      at += Hprof.ID + 1 + Hprof.size(kind);
    }
  }

  private void fields(
      long typeOfObject,
      int values,
      Set<Long> wanted,
      Map<Long, Long> classNames,
      BiConsumer<Long, String> found) {
    int value = values;
    for (Type type = types.get(typeOfObject); type != null; type = types.get(type.parent)) {
      int at = type.fields + Short.BYTES;
      for (int left = bytes.getShort(type.fields); left > 0; left--) {
        int kind = bytes.get(at + Hprof.ID);
        if (kind == Hprof.REFERENCE && wanted.contains(bytes.getLong(value))) {
          found.accept(bytes.getLong(value), field(type, at, classNames));
        }
        value += Hprof.size(kind);
        at += Hprof.ID + 1;
      }
    }
  }

  private String field(Type type, int at, Map<Long, Long> classNames) {
    String className = names.getOrDefault(classNames.getOrDefault(type.id, 0L), "?");
    return className.replace('/', '.') + "." + names.getOrDefault(bytes.getLong(at), "?");
  }
}
