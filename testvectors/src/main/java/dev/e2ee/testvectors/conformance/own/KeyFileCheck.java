package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.KeyFileProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import org.jspecify.annotations.Nullable;

/** Key files: opened with each of their secrets, or refused at the stage that the file names. */
public final class KeyFileCheck implements Check {
  private static final String TEMPORARY = "e2ee-conformance-";

  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    CustodyOptions options = CustodyOptions.defaults().withEngine(subject.e2ee().engine());
    try (Folder folder = new Folder()) {
      byte[] content = v.hex("file");
      int zeros = v.json().path("zeros").asInt();
      Path path = folder.write("keys", Arrays.copyOf(content, content.length + zeros));
      if (v.isValid()) {
        for (JsonNode secret : v.json().required("secrets")) {
          try (KeyFile file = open(folder, path, secret, options)) {
            file.unlock();
            keys(file, v);
          }
        }
      } else {
        refused(folder, path, v, options);
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyFile open(Folder folder, Path path, JsonNode secret, CustodyOptions options)
      throws IOException {
    if (secret.has("item")) {
      return KeyFile.open(path, new Item(secret.required("item").textValue()), options);
    }
    String uri = CustodyUri.ofFile(path).canonical();
    if (secret.has("slotKey")) {
      byte[] key = HexFormat.of().parseHex(secret.required("slotKey").textValue());
      return new KeyFileProvider()
          .open(CustodyUri.parse(uri + "?slot-key=" + folder.write("slot", key)), options);
    }
    char[] passphrase = secret.path("passphrase").asText().toCharArray();
    return new KeyFileProvider()
        .open(
            CustodyUri.parse(uri),
            options.withCallbackHandler(callbacks -> answer(callbacks, passphrase)));
  }

  /** An item of a keychain, as the vector has it. */
  private record Item(String text) implements KekHolder {
    @Override
    public String description() {
      return "the item of the vector";
    }

    @Override
    public SecretBytes read(Duration limit) {
      return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void create(SecretBytes content, Duration limit) {
      throw new UnsupportedOperationException("a vector is read");
    }
  }

  private static void answer(Callback[] callbacks, char[] passphrase) {
    for (Callback callback : callbacks) {
      if (callback instanceof PasswordCallback asked) {
        asked.setPassword(passphrase);
      }
    }
  }

  private static void keys(KeyFile file, TestVector v) throws WrongResultException {
    List<String> expected = new java.util.ArrayList<>();
    for (JsonNode key : v.json().required("keys")) {
      expected.add(
          String.join(
              " ",
              key.required("name").asText(),
              key.required("generation").asText(),
              key.required("id").asText(),
              key.required("state").asText(),
              key.required("created").asText()));
      byte[] bytes = HexFormat.of().parseHex(key.required("key").textValue());
      KeyId id = KeyId.parse(key.required("id").textValue());
      try (SecretBytes out = file.export(id, "conformance")) {
        Compare.same("key " + id, bytes, out.copy());
      }
    }
    List<String> seen =
        file.list().stream()
            .map(
                key ->
                    String.join(
                        " ",
                        key.name(),
                        Integer.toString(key.generation()),
                        key.id().toString(),
                        key.state().name(),
                        Long.toString(key.created().getEpochSecond())))
            .toList();
    Compare.same("keys", expected, seen);
  }

  private static void refused(Folder folder, Path path, TestVector v, CustodyOptions options)
      throws IOException, RejectedException, WrongResultException {
    String stage = "open";
    try (KeyFile file =
        v.text("stage").equals("open")
            ? KeyFile.open(path, options)
            : open(folder, path, v.json().required("secret"), options)) {
      stage = "unlock";
      file.unlock();
      stage = "use";
      file.export(KeyId.parse(v.text("key")), "conformance").close();
    } catch (CustodyException e) {
      if (e.getCause() instanceof NotApprovedException) {
        throw e;
      }
      String expected = v.text("stage") + " " + v.text("error");
      String seen = stage + " " + e.kind();
      if (!expected.equals(seen)) {
        throw WrongResultException.refused(expected, seen);
      }
      throw new RejectedException("refused: " + e.kind() + ": " + e.getMessage());
    }
  }

  /** A directory of one test, gone with it; what is written is readable by its owner only. */
  private static final class Folder implements AutoCloseable {
    private final Path directory;

    Folder() throws IOException {
      directory = Files.createTempDirectory(TEMPORARY);
    }

    Path write(String name, byte[] content) throws IOException {
      Path path = Files.createTempFile(directory, name, "");
      return Files.write(path, content);
    }

    @Override
    public void close() throws IOException {
      try (var paths = Files.walk(directory)) {
        for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
