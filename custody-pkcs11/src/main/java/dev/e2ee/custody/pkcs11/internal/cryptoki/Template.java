package dev.e2ee.custody.pkcs11.internal.cryptoki;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Attributes of an object with their values: what it must have, is to have, or has. Values are
 * Boolean, Long, String or byte[]. Immutable, but for the arrays, which nobody changes.
 */
public final class Template {
  /** CKO_PUBLIC_KEY. */
  public static final long PUBLIC_KEY = 2;

  /** CKO_PRIVATE_KEY. */
  public static final long PRIVATE_KEY = 3;

  /** CKO_SECRET_KEY. */
  public static final long SECRET_KEY = 4;

  private final Map<Attribute, Object> values;

  private Template(Map<Attribute, Object> values) {
    this.values = values;
  }

  /** Without attributes. */
  public static Template empty() {
    return new Template(new EnumMap<>(Attribute.class));
  }

  /** Of an object of this CKO class. */
  public static Template ofClass(long objectClass) {
    return empty().with(Attribute.CLASS, objectClass);
  }

  private Template put(Attribute name, Object value) {
    Map<Attribute, Object> more = new EnumMap<>(values);
    more.put(name, value);
    return new Template(more);
  }

  /** With a truth. */
  public Template with(Attribute name, boolean value) {
    return put(name, value);
  }

  /** With a number. */
  public Template with(Attribute name, long value) {
    return put(name, value);
  }

  /** With a text. */
  public Template with(Attribute name, String value) {
    return put(name, value);
  }

  /** With bytes. */
  public Template with(Attribute name, byte[] value) {
    return put(name, value.clone());
  }

  /** All of them, in the order of the names. */
  public Map<Attribute, Object> values() {
    return values;
  }

  /** A truth; empty when it is not there. */
  public Optional<Boolean> truth(Attribute name) {
    return Optional.ofNullable(values.get(name)).map(Boolean.class::cast);
  }

  /** A number; empty when it is not there. */
  public Optional<Long> number(Attribute name) {
    return Optional.ofNullable(values.get(name)).map(Long.class::cast);
  }

  /** A text; empty when it is not there. */
  public Optional<String> text(Attribute name) {
    return Optional.ofNullable(values.get(name)).map(String.class::cast);
  }

  /** Bytes; empty when they are not there. */
  public Optional<byte[]> bytes(Attribute name) {
    return Optional.ofNullable(values.get(name)).map(byte[].class::cast);
  }

  /** The names, and no value: one of them may be a key. */
  @Override
  public String toString() {
    return "Template" + Arrays.toString(values.keySet().toArray());
  }
}
