package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTable;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.FoundStore;
import java.io.IOException;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee custody list}: where keys can be kept here, or what is in one such place. */
@Command(
    name = "list",
    description = {
      "List the places where keys are kept, without asking anybody.",
      "Without a URI: the installed back ends, and the PKCS#11 modules that this machine is"
          + " known to have; none of them is loaded.",
      "With one, such as 'pkcs11:?module-name=softhsm2': its stores, each with a URI that"
          + " means it alone; and the keys in it when it is one store that a key file's list or a"
          + " PIN opens."
    })
public final class ListCommand implements Callable<Integer> {
  @Mixin StoreArgument store;
  @Mixin Results results;

  /** In these surroundings. */
  public ListCommand(Surroundings surroundings) {
    this.store = new StoreArgument(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Optional<CustodyUri> uri = store.named();
    if (uri.isPresent()) {
      stores(uri.get());
    } else {
      machine(Custodies.installed());
    }
    return Exit.OK.code();
  }

  private void machine(Custodies installed) {
    List<FoundStore> places =
        installed.providers().stream()
            .flatMap(provider -> CustodyProbe.of(provider).places().stream())
            .toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("backEnds", installed.providers().stream().map(ListCommand::json).toList());
    json.put("broken", installed.broken());
    json.put("places", places.stream().map(ListCommand::json).toList());
    results.print(() -> json, () -> machineText(installed, places));
  }

  private static String machineText(Custodies installed, List<FoundStore> places) {
    StringBuilder text = new StringBuilder("Back ends\n");
    for (CustodyProvider provider : installed.providers()) {
      text.append("  ").append(provider.scheme()).append(":  ").append(provider.description());
      text.append("\n    ").append(provider.getClass().getName());
      text.append(", ").append(module(provider)).append(", ").append(source(provider));
      text.append('\n');
    }
    installed.broken().forEach(b -> text.append("  could not be loaded: ").append(b).append('\n'));
    text.append("\nModules on this machine; e2ee custody list URI loads one\n");
    text.append(places.isEmpty() ? "  none is known\n" : lines(places));
    return text.toString().stripTrailing();
  }

  private static Map<String, Object> json(CustodyProvider provider) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("scheme", provider.scheme());
    fields.put("description", provider.description());
    fields.put("class", provider.getClass().getName());
    fields.put("module", module(provider));
    fields.put("from", source(provider));
    return fields;
  }

  private static String module(CustodyProvider provider) {
    String name = provider.getClass().getModule().getName();
    return name == null ? "on the class path" : "module " + name;
  }

  private static String source(CustodyProvider provider) {
    CodeSource source = provider.getClass().getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null
        ? "from nowhere that is told"
        : source.getLocation().getPath();
  }

  private void stores(CustodyUri uri) throws IOException {
    List<FoundStore> found =
        CustodyProbe.of(Custodies.installed().provider(uri)).stores(uri, CustodyOptions.defaults());
    if (found.size() != 1) {
      results.print(() -> storesJson(found, Optional.empty()), () -> storesText(found));
      return;
    }
    CustodyUri only = found.get(0).uri();
    try (Store opened = store.access().open(only)) {
      Optional<List<KeyDescription>> keys = keys(only, opened);
      results.print(
          () -> storesJson(found, keys),
          () ->
              storesText(found)
                  + "\n\n"
                  + keys.map(all -> KeyTable.of(opened, all))
                      .orElse("Its keys are shown with a PIN: pin-source= or --passphrase-file."));
    }
  }

  /** A secret is used when it was named, and nobody is asked for one. */
  private Optional<List<KeyDescription>> keys(CustodyUri uri, Store opened) {
    try {
      return Optional.of(store.access().secretNamed(uri) ? opened.keys() : opened.custody().list());
    } catch (CustodyException e) {
      if (e.kind() == Kind.LOCKED && !store.access().secretNamed(uri)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Map<String, Object> storesJson(
      List<FoundStore> found, Optional<List<KeyDescription>> keys) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("stores", found.stream().map(ListCommand::json).toList());
    keys.ifPresent(all -> json.put("keys", all.stream().map(KeyTexts::json).toList()));
    return json;
  }

  private static Map<String, Object> json(FoundStore store) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("uri", store.uri().canonical());
    fields.put("description", store.description());
    return fields;
  }

  private static String storesText(List<FoundStore> found) {
    return found.isEmpty()
        ? "No token is set up there; set one up with its own tool."
        : lines(found).stripTrailing();
  }

  /** In quotes for a shell: a canonical URI has none itself. */
  private static String lines(List<FoundStore> found) {
    List<String> lines = new ArrayList<>();
    for (FoundStore store : found) {
      lines.add("  '" + store.uri().canonical() + "'\n    " + store.description() + "\n");
    }
    return String.join("", lines);
  }
}
