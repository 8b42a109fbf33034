package dev.e2ee.testvectors.conformance.vector;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.SchemaResolver;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Function;

/** Checks JSON against a schema, which may refer to others of the same place. */
final class Schemas {
  private static final String PLACE = "https://schemas.invalid/";

  private Schemas() {}

  /** Gives the text of a schema by its name. */
  interface Source {
    String read(String name) throws IOException;
  }

  /**
   * Checks it.
   *
   * @param name of the schema
   * @throws BadVectorFileException naming the first place that is not as the schema says
   */
  static void check(String file, JsonNode json, String name, Source schemas) throws IOException {
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(new JacksonNode.Factory())
            .withDisabledSchemaValidation(true)
            .withSchemaResolver(uri -> resolved(uri, schemas))
            .createValidator();
    URI schema = validator.registerSchema(URI.create(PLACE + name), schemas.read(name));
    Validator.Result result = validator.validate(schema, json);
    if (!result.isValid()) {
      Error first = result.getErrors().get(0);
      throw new BadVectorFileException(
          "%s is not what %s says, at %s: %s"
              .formatted(file, name, first.getInstanceLocation(), first.getError()));
    }
  }

  private static SchemaResolver.Result resolved(String uri, Source schemas) {
    if (!uri.startsWith(PLACE)) {
      return SchemaResolver.Result.empty();
    }
    Function<IOException, UncheckedIOException> unchecked = UncheckedIOException::new;
    try {
      return SchemaResolver.Result.fromString(schemas.read(uri.substring(PLACE.length())));
    } catch (IOException e) {
      throw unchecked.apply(e);
    }
  }
}
