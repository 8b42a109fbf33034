package dev.e2ee.cli;

import dev.e2ee.provider.E2eeProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.IVersionProvider;

/** Which build this is and what it runs on. */
final class VersionText implements IVersionProvider {
  /** For picocli. */
  VersionText() {}

  /** The versions as fields. */
  static Map<String, Object> fields() {
    E2eeProvider provider = new E2eeProvider();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("e2ee", provider.getVersionStr());
    fields.put("engine", provider.getInfo().replaceFirst(".*computes with ", ""));
    fields.put("java", Runtime.version().toString());
    fields.put("vm", System.getProperty("java.vm.name"));
    return fields;
  }

  @Override
  public String[] getVersion() {
    Map<String, Object> fields = fields();
    return new String[] {
      "e2ee " + fields.get("e2ee"),
      "engine " + fields.get("engine") + ", Java " + fields.get("java") + ", " + fields.get("vm")
    };
  }
}
