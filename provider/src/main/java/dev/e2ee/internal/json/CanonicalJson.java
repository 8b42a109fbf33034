package dev.e2ee.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The one JSON text of a value that signatures and digests cover: members in the order of the code
 * points of their names, no white space, strings escaped and numbers printed as ECMAScript does.
 * Not RFC 8785, which sorts by UTF-16 units. {@code testvectors/spec/keyring.md}, section 2.
 */
// [keyring-1]
public final class CanonicalJson {
  private static final HexFormat HEX = HexFormat.of();

  private CanonicalJson() {}

  /** The bytes of the text. */
  public static byte[] of(Json value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString().getBytes(UTF_8);
  }

  private static void write(Json value, StringBuilder out) {
    if (value instanceof Json.Members members) {
      write(members, out);
    } else if (value instanceof Json.Elements array) {
      write(array.elements(), out);
    } else if (value instanceof Json.Text text) {
      write(text.value(), out);
    } else if (value instanceof Json.Numeral number) {
      out.append(EcmaNumber.text(number.value()));
    } else if (value instanceof Json.Word word) {
      out.append(
          switch (word) {
            case TRUE -> "true";
            case FALSE -> "false";
            case NULL -> "null";
          });
    }
  }

  private static void write(Json.Members object, StringBuilder out) {
    List<Map.Entry<String, Json>> sorted =
        object.members().entrySet().stream()
            .sorted(Map.Entry.comparingByKey(CanonicalJson::byCodePoints))
            .toList();
    char before = '{';
    for (Map.Entry<String, Json> member : sorted) {
      out.append(before);
      write(member.getKey(), out);
      out.append(':');
      write(member.getValue(), out);
      before = ',';
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private static void write(List<Json> elements, StringBuilder out) {
    out.append('[');
    for (Iterator<Json> rest = elements.iterator(); rest.hasNext(); ) {
      write(rest.next(), out);
      out.append(rest.hasNext() ? "," : "");
    }
    out.append(']');
  }

  /** Where a supplementary character meets U+E000 to U+FFFF, String.compareTo says otherwise. */
  private static int byCodePoints(String a, String b) {
    int at = 0;
    while (at < a.length() && at < b.length()) {
      int left = a.codePointAt(at);
      int right = b.codePointAt(at);
      if (left != right) {
        return Integer.compare(left, right);
      }
      at += Character.charCount(left);
    }
    return Integer.compare(a.length(), b.length());
  }

  private static void write(String text, StringBuilder out) {
    out.append('"');
    text.codePoints().forEach(c -> write(c, out));
    out.append('"');
  }

  private static void write(int c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case '\f' -> out.append("\\f");
      case '\r' -> out.append("\\r");
      default -> {
        boolean loneSurrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        if (c < ' ' || loneSurrogate) {
          out.append("\\u").append(HEX.toHexDigits((short) c));
        } else {
          out.appendCodePoint(c);
        }
      }
    }
  }
}
