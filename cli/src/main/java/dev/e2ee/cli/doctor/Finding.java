package dev.e2ee.cli.doctor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of the doctor.
 *
 * @param what was looked at
 * @param level how it is
 * @param detail what was found, and what to do
 */
record Finding(String what, Level level, String detail) {
  enum Level {
    OK,
    WARN,
    FAIL
  }

  static Finding ok(String what, String detail) {
    return new Finding(what, Level.OK, detail);
  }

  static Finding warn(String what, String detail) {
    return new Finding(what, Level.WARN, detail);
  }

  static Finding fail(String what, String detail) {
    return new Finding(what, Level.FAIL, detail);
  }

  Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("check", what);
    fields.put("level", level);
    fields.put("detail", detail);
    return fields;
  }

  @Override
  public String toString() {
    return "%-4s  %-10s  %s"
        .formatted(level.name().toLowerCase(java.util.Locale.ROOT), what, detail);
  }
}
