package dev.e2ee.cli.rotate;

import dev.e2ee.cli.envelope.Binding;
import dev.e2ee.cli.envelope.ContextOptions;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.rewrap.EntityId;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.rotation.RecordFunction;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the records of a store are bound to: all to the same, or each by its id in the store. */
public final class ContextRules {
  private static final String BY_ID = "--id-from-record";
  private static final List<String> PARTS = List.of("user", "type", "id", "tenant");

  private interface Rule {
    Binding of(String id);
  }

  @Mixin ContextOptions context = new ContextOptions();

  @Option(
      names = BY_ID,
      description = {
        "Each record's id is its id in the table, or its path below the directory, with / and"
            + " without .e2ee.",
        "Such as: notes/7.e2ee has the id notes/7."
      })
  boolean byId;

  @Option(
      names = "--id-pattern",
      paramLabel = "REGEX",
      description = {
        "What the whole id in the table, or the whole path with its .e2ee, tells of a record: by"
            + " groups with the names user, type, id and tenant.",
        "Such as: '(?<user>[^/]+)/notes/(?<id>.+)[.]e2ee' with --type note"
      })
  @Nullable String pattern;

  /**
   * What moves each record.
   *
   * @param paths whether ids are paths below a directory
   * @param anew whether to seal each record anew, with a fresh DEK
   * @throws Failure USAGE for options that do not go together
   */
  RecordFunction function(KeyRing.Source keys, boolean paths, boolean anew) {
    Rule rule = rule(paths);
    return !byEachId() && context.binding() instanceof Binding.OfAad same
        ? ofAad(keys, anew, same.aad())
        : ofRecords(keys, anew, rule);
  }

  private boolean byEachId() {
    return byId || pattern != null;
  }

  /**
   * What a record that does not open was taken for, for a person; empty when all were taken for the
   * same.
   *
   * @param paths whether ids are paths below a directory
   */
  Optional<String> explained(String id, boolean paths) {
    if (!byEachId()) {
      return Optional.empty();
    }
    RecordContext taken = ((Binding.OfRecord) rule(paths).of(id)).context();
    return Optional.of(
        String.format(
            "  %s was taken for --user '%s' --type '%s' --id '%s'%s. %s",
            id,
            taken.userId(),
            taken.entityType(),
            taken.entityId(),
            taken.tenant().map(tenant -> " --tenant '" + tenant + "'").orElse(""),
            adviceOn(taken, paths)));
  }

  private String adviceOn(RecordContext taken, boolean paths) {
    if (!paths) {
      return "If it was sealed for another record, give another --id-pattern.";
    }
    return pattern != null && taken.entityId().endsWith(".e2ee")
        ? "'e2ee seal' puts .e2ee behind the name of the file, not into the id: let the pattern end"
            + " with [.]e2ee"
        : "If it was sealed for another record, give the directory that its id begins below, or"
            + " another --id-pattern.";
  }

  private Rule rule(boolean paths) {
    if (pattern != null) {
      if (byId) {
        throw Failure.usage("give either " + BY_ID + " or --id-pattern, not both", "");
      }
      return byPattern(compiled(pattern));
    }
    if (byId) {
      Binding unused = context.bindingFor("x", BY_ID);
      return id -> context.bindingFor(paths ? entity(id) : id, BY_ID);
    }
    if (context.isEmpty()) {
      throw Failure.usage(
          "say what the records were bound to when they were sealed",
          "Each by its id: --user USER --type TYPE --id-from-record, or --id-pattern REGEX. All to"
              + " the same text: --aad TEXT. None to anything: --aad ''");
    }
    Binding same = context.binding();
    return id -> same;
  }

  private static RecordFunction ofRecords(KeyRing.Source keys, boolean anew, Rule rule) {
    RecordFunction.Contexts contexts = id -> ((Binding.OfRecord) rule.of(id)).context();
    return anew
        ? RecordFunction.reencrypting(keys, contexts)
        : RecordFunction.rewrapping(keys, contexts);
  }

  private static RecordFunction ofAad(KeyRing.Source keys, boolean anew, byte[] aad) {
    return anew
        ? RecordFunction.reencryptingByAad(keys, id -> aad)
        : RecordFunction.rewrappingByAad(keys, id -> aad);
  }

  private static String entity(String path) {
    return EntityId.of(Path.of(path));
  }

  private static Pattern compiled(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw Failure.usage("--id-pattern is no regular expression: " + e.getDescription(), "");
    }
  }

  /** The binding by the groups of a pattern, which has to match the whole id. */
  private Rule byPattern(Pattern compiled) {
    Map<String, String> example = new HashMap<>();
    for (String part : PARTS) {
      if (compiled.pattern().contains("(?<" + part + ">")) {
        example.put(part, "x");
      }
    }
    if (example.isEmpty() || !(context.with(example).binding() instanceof Binding.OfRecord)) {
      throw Failure.usage("--id-pattern needs groups such as (?<id>.+); its names: " + PARTS, "");
    }
    List<String> named = List.copyOf(example.keySet());
    return id -> {
      Matcher matcher = compiled.matcher(id);
      if (!matcher.matches()) {
        throw Failure.usage("--id-pattern does not match it", "");
      }
      Map<String, String> parts = new HashMap<>();
      for (String name : named) {
        String part = matcher.group(name);
        if (part != null) {
          parts.put(name, part);
        }
      }
      return context.with(parts).binding();
    };
  }
}
