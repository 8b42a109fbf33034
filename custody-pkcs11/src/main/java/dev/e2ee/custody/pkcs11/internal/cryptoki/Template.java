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

  /** Reads attributes of one object (C_GetAttributeValue). */
  public interface Source {
    /** Their values, in the same order: Boolean, Long, String or byte[]. */
    Object[] read(Attribute... names) throws CryptokiException;
  }

  /**
   * Those attributes that the token shows. When one of all is not shown, each is asked for by
   * itself: which others are is not told of all at once by every token.
   */
  public static Template shown(Source source, Attribute... wanted) throws CryptokiException {
    Optional<Template> all = shownTogether(source, wanted);
    if (all.isPresent()) {
      return all.get();
    }
    Map<Attribute, Object> each = new EnumMap<>(Attribute.class);
    for (Attribute name : wanted) {
      shownTogether(source, name).ifPresent(one -> each.putAll(one.values));
    }
    return new Template(each);
  }

  private static Optional<Template> shownTogether(Source source, Attribute... names)
      throws CryptokiException {
    Object[] read;
    try {
      read = source.read(names);
    } catch (CryptokiException e) {
      if (e.is(Ckr.ATTRIBUTE_SENSITIVE) || e.is(Ckr.ATTRIBUTE_TYPE_INVALID)) {
        return Optional.empty();
      }
      throw e;
    }
    Map<Attribute, Object> values = new EnumMap<>(Attribute.class);
    for (int i = 0; i < names.length; i++) {
      if (read[i] != null) {
        values.put(names[i], read[i]);
      }
    }
    return Optional.of(new Template(values));
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

  /** Overwrites bytes that were a secret. */
  public void wipe(Attribute name) {
    bytes(name).ifPresent(secret -> Arrays.fill(secret, (byte) 0));
  }

  /** The names, and no value: one of them may be a key. */
  @Override
  public String toString() {
    return "Template" + Arrays.toString(values.keySet().toArray());
  }
}
