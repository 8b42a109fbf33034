package dev.e2ee.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The arrays that an object of ours holds, directly or through other objects of ours. */
public final class Reachable {
  private static final int ENOUGH = 24;

  private Reachable() {}

  /** Every byte array that can be reached from here without leaving our own classes. */
  public static List<byte[]> arrays(Object root) {
    List<byte[]> found = new ArrayList<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> next = new ArrayDeque<>(List.of(root));
    while (!next.isEmpty()) {
      Object object = next.remove();
      if (!seen.add(object)) {
        continue;
      }
      if (object instanceof byte[] array) {
        found.add(array);
      } else if (object instanceof Collection<?> many) {
        next.addAll(many);
      } else if (object instanceof Optional<?> one) {
        one.ifPresent(next::add);
      } else if (object.getClass().getName().startsWith("dev.e2ee.")) {
        next.addAll(fields(object));
      }
    }
    return found;
  }

  /** How many of these arrays hold a piece of the canary that sample plaintexts are made of. */
  public static long withCanary(Collection<byte[]> arrays) {
    return arrays.stream()
        .filter(array -> contains(array, Sample.CANARY.getBytes(US_ASCII)))
        .count();
  }

  /** How many of these arrays hold the start of a secret. */
  public static long withStartOf(byte[] secret, Collection<byte[]> arrays) {
    byte[] start = Arrays.copyOf(secret, Math.min(secret.length, ENOUGH));
    return arrays.stream().filter(array -> contains(array, start)).count();
  }

  /** The value of a field of ours, found by its name. */
  public static Object field(Object object, String name) {
    return value(named(object, name), object);
  }

  /** Puts a number into a field of ours, to begin where nobody can wait for us to arrive. */
  public static void set(Object object, String name, long value) {
    try {
      Field field = named(object, name);
      field.setAccessible(true);
      field.setLong(object, value);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static Field named(Object object, String name) {
    try {
      return object.getClass().getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Object> fields(Object object) {
    List<Object> values = new ArrayList<>();
    for (Class<?> type = object.getClass(); isOurs(type); type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          Object value = value(field, object);
          if (value != null) {
            values.add(value);
          }
        }
      }
    }
    return values;
  }

  private static boolean isOurs(Class<?> type) {
    return type != null && type.getName().startsWith("dev.e2ee.");
  }

  private static Object value(Field field, Object object) {
    try {
      field.setAccessible(true);
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean contains(byte[] array, byte[] part) {
    for (int i = 0; i + part.length <= array.length; i++) {
      if (Arrays.equals(array, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
