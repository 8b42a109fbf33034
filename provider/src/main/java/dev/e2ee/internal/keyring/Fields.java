package dev.e2ee.internal.keyring;

import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.internal.json.JsonSyntaxException;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.internal.curve.Curve;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the members of a JSON object, each checked. */
public final class Fields {
  /** 2^53 - 1, the largest integer that is told from its neighbours. */
  private static final double MAX_SAFE = 9_007_199_254_740_991d;

  private final String what;
  private final Json.Members object;

  private Fields(String what, Json.Members object) {
    this.what = what;
    this.object = object;
  }

  /**
   * Over a value that must be an object.
   *
   * @param what it is taken for, for messages
   */
  public static Fields of(String what, Json value) throws KeyringFormatException {
    if (value instanceof Json.Members object) {
      return new Fields(what, object);
    }
    throw new KeyringFormatException("not a " + what + ": it is no JSON object");
  }

  /** Over a text that must be an object. */
  // [keyring-2]
  public static Fields read(String what, byte[] text, int maxLength) throws KeyringFormatException {
    if (text.length > maxLength) {
      throw new KeyringFormatException(
          "not a " + what + ": it has " + text.length + " bytes, and " + maxLength + " at most");
    }
    try {
      return of(what, JsonReader.read(text));
    } catch (JsonSyntaxException e) {
      throw new KeyringFormatException("not a " + what + ": " + e.getMessage());
    }
  }

  /** What it is over. */
  public Json.Members object() {
    return object;
  }

  /** Another fault. */
  public KeyringFormatException fault(String fault) {
    return new KeyringFormatException("not a " + what + ": " + fault);
  }

  /** Refuses other members than these, and that one of these is missing. */
  public void expectJust(String... names) throws KeyringFormatException {
    if (!object.members().keySet().equals(Set.of(names))) {
      throw fault("its members are not just " + String.join(", ", names));
    }
  }

  /** A member that must be there. */
  public Json value(String name) throws KeyringFormatException {
    Json value = object.get(name);
    if (value == null) {
      throw fault("it has no " + name);
    }
    return value;
  }

  /** A text. */
  public String text(String name) throws KeyringFormatException {
    if (value(name) instanceof Json.Text text) {
      return text.value();
    }
    throw fault("its " + name + " is no text");
  }

  /** A text of 1 to 1024 bytes. */
  public String identifier(String name) throws KeyringFormatException {
    try {
      return Identifier.check(name, text(name));
    } catch (IllegalArgumentException e) {
      throw fault(String.valueOf(e.getMessage()));
    }
  }

  /** A list. */
  public List<Json> list(String name) throws KeyringFormatException {
    if (value(name) instanceof Json.Elements array) {
      return array.elements();
    }
    throw fault("its " + name + " is no list");
  }

  /** An object. */
  public Fields fields(String name) throws KeyringFormatException {
    return of(what + "'s " + name, value(name));
  }

  /** An object under a name that the text itself chose: a message does not say it. */
  public Fields named(String name) throws KeyringFormatException {
    return of("member of a " + what, value(name));
  }

  /** An integer in these bounds. */
  public int integer(String name, int least, int most) throws KeyringFormatException {
    if (value(name) instanceof Json.Numeral number
        && number.value() >= least
        && number.value() <= most
        && number.value() == Math.rint(number.value())) {
      return (int) number.value();
    }
    throw fault("its " + name + " is no integer from " + least + " to " + most);
  }

  /** An integer from 0 to 2^53 - 1. */
  public long seconds(String name) throws KeyringFormatException {
    if (value(name) instanceof Json.Numeral number
        && number.value() >= 0
        && number.value() <= MAX_SAFE
        && number.value() == Math.rint(number.value())) {
      return (long) number.value();
    }
    throw fault("its " + name + " is no number of seconds");
  }

  /** Makes something of a text, or throws an {@link IllegalArgumentException}. */
  private interface Key<T> {
    T of(String text);
  }

  private <T> T key(String name, Json value, Key<T> key) throws KeyringFormatException {
    if (!(value instanceof Json.Text text)) {
      throw fault("its " + name + " is no text");
    }
    try {
      return key.of(text.value());
    } catch (IllegalArgumentException e) {
      throw fault("its " + name + " is no key: " + e.getMessage());
    }
  }

  /** A public key as 64 hex digits. */
  public String key(String name, Curve curve) throws KeyringFormatException {
    return key(
        name,
        value(name),
        text -> {
          KeyText.check(curve, text);
          return text;
        });
  }

  /** A recipient's public key. */
  public Recipient recipient(String name) throws KeyringFormatException {
    return recipient(name, value(name));
  }

  /** The same, of a value. {@link Recipient} checks it, so nothing else does. */
  public Recipient recipient(String name, Json value) throws KeyringFormatException {
    return key(name, value, Recipient::new);
  }

  /** A signer's public key. */
  public Signer signer(String name) throws KeyringFormatException {
    return signer(name, value(name));
  }

  /**
   * The same, which may be among those that were read before; their check is the dearest part of
   * reading.
   */
  public Signer signer(String name, Map<String, Signer> known) throws KeyringFormatException {
    return key(name, value(name), text -> known.computeIfAbsent(text, Signer::new));
  }

  /** The same, of a value. {@link Signer} checks it, so nothing else does. */
  public Signer signer(String name, Json value) throws KeyringFormatException {
    return key(name, value, Signer::new);
  }

  /** 32 bytes as 64 hex digits. */
  // [keyring-3]
  public String digest(String name) throws KeyringFormatException {
    return digest(name, value(name));
  }

  /** The same, of a value. */
  public String digest(String name, Json value) throws KeyringFormatException {
    if (value instanceof Json.Text text && KeyText.isOne(text.value())) {
      return text.value();
    }
    throw fault("its " + name + " is not 64 lower-case hex digits");
  }

  /** Base64 of so many bytes. */
  public byte[] base64(String name, int length) throws KeyringFormatException {
    byte[] bytes = base64(name);
    if (bytes.length != length) {
      throw fault("its " + name + " has " + bytes.length + " bytes, not " + length);
    }
    return bytes;
  }

  /** Base64 in its one form. */
  // [keyring-3]
  public byte[] base64(String name) throws KeyringFormatException {
    String text = text(name);
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw fault("its " + name + " is no base64");
    }
    throw fault("its " + name + " is no canonical base64");
  }
}
