package dev.e2ee.testvectors.keyring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.testvectors.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The real Starfish client, run by {@code node/starfish-client.mjs}. {@code ./verify} installs it
 * by {@code testvectors/starfish-client}; it has no licence, and nothing of it is in the tree.
 */
final class RealClient {
  private static final String VERSION = "3.0.0-alpha.65";
  private static final String PROPERTY = "e2ee.starfish";
  private static final String VARIABLE = "E2EE_STARFISH";

  private final Path client;
  private final Path folder;
  private int runs;

  private RealClient(Path client, Path folder) {
    this.client = client;
    this.folder = folder;
  }

  /** Skips the test where it is not installed. */
  static RealClient orSkip(Path folder) throws IOException {
    Path client = configured().orElseGet(RealClient::usual);
    assumeTrue(
        configured().isPresent() || Files.isDirectory(client),
        "the real Starfish client is not installed in " + client + ": ./verify does it");
    for (String name : List.of("client", "protocol", "keyring", "identities")) {
      Path found =
          client.resolve("node_modules/@drakkar.software/starfish-" + name + "/package.json");
      assertEquals(
          VERSION,
          Starfish.JSON.readTree(found.toFile()).required("version").textValue(),
          found::toString);
    }
    return new RealClient(client, folder);
  }

  private static Optional<Path> configured() {
    return Stream.of(
            Optional.ofNullable(System.getProperty(PROPERTY)),
            Optional.ofNullable(System.getenv(VARIABLE)))
        .flatMap(Optional::stream)
        .findFirst()
        .map(Path::of);
  }

  private static Path usual() {
    return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("e2ee/starfish-" + VERSION);
  }

  /** What it is to do: an operation of the program, and what that takes, by name and value. */
  static ObjectNode task(String operation, Object... given) {
    ObjectNode task = Starfish.JSON.createObjectNode().put("op", operation);
    for (int i = 0; i < given.length; i += 2) {
      task.set((String) given[i], Starfish.JSON.valueToTree(given[i + 1]));
    }
    return task;
  }

  /** What it gave for each task: a value, or the message with which it refused. */
  List<JsonNode> run(List<ObjectNode> tasks) throws Exception {
    ArrayNode all = Starfish.JSON.createArrayNode().addAll(tasks);
    Path input = folder.resolve("tasks" + runs);
    Path output = folder.resolve("results" + runs++);
    Starfish.JSON.writeValue(input.toFile(), all);
    Node.Result result =
        Node.run(
            "node/starfish-client.mjs", client.toString(), input.toString(), output.toString());
    assertEquals(0, result.exitCode(), result.output());
    List<JsonNode> results = Starfish.stream(Starfish.JSON.readTree(output.toFile())).toList();
    assertEquals(tasks.size(), results.size());
    return results;
  }

  /** What it gave for tasks of which it refuses none. */
  List<JsonNode> values(List<ObjectNode> tasks) throws Exception {
    List<JsonNode> values = new ArrayList<>();
    for (JsonNode result : run(tasks)) {
      assertTrue(result.required("ok").booleanValue(), result::toString);
      values.add(result.path("value"));
    }
    return values;
  }

  /** The same of one. */
  JsonNode value(ObjectNode task) throws Exception {
    return values(List.of(task)).get(0);
  }

  /** The message with which it refuses each. */
  List<String> refusals(List<ObjectNode> tasks) throws Exception {
    List<String> refusals = new ArrayList<>();
    for (JsonNode result : run(tasks)) {
      assertFalse(result.required("ok").booleanValue(), result::toString);
      refusals.add(Starfish.text(result, "error"));
    }
    return refusals;
  }

  /**
   * Somebody with keys that the real client has just made.
   *
   * @param keys as it has them
   * @param device as we do
   */
  record Person(JsonNode keys, DeviceIdentity device) implements AutoCloseable {
    Signer signer() throws Exception {
      return Signer.of(device.publicKeys());
    }

    Recipient recipient() throws Exception {
      return Recipient.of(device.publicKeys());
    }

    @Override
    public void close() {
      device.close();
    }
  }

  /** So many, each other than all before. */
  List<Person> people(int count) throws Exception {
    List<Person> people = new ArrayList<>();
    for (JsonNode keys : values(Stream.generate(() -> task("newDevice")).limit(count).toList())) {
      people.add(
          new Person(
              keys,
              Starfish.identity(
                  "device " + people.size(),
                  Starfish.text(keys, "kemPub"),
                  Starfish.text(keys, "kemPriv"),
                  Starfish.hex(keys, "edPub"),
                  Starfish.hex(keys, "edPriv"))));
    }
    return people;
  }
}
