package dev.e2ee.testvectors.conformance.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.testvectors.SharedFiles;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Judge;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.Subjects;
import dev.e2ee.testvectors.conformance.vector.Catalogue;
import dev.e2ee.testvectors.conformance.vector.Catalogue.Entry;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.VectorFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.security.ProviderException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The program of a JVM that tries one subject: a provider whose native code ends the process, or
 * that needs a switch of its own, does no harm to the others. It writes a line of JSON for each
 * test to standard output.
 */
public final class Worker {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The exit code where the subject cannot be had, which the error output explains. */
  private static final int REFUSED = 3;

  private final PrintStream out;

  private Worker(PrintStream out) {
    this.out = out;
  }

  /** Runs: the subject, whether any version of a file is taken, and the files. */
  public static void main(String[] arguments) throws IOException {
    PrintStream lines =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever a provider prints is none of ours
    List<String> given = List.of(arguments);
    try {
      new Worker(lines)
          .run(given.get(0), Boolean.parseBoolean(given.get(1)), given.subList(2, given.size()));
    } catch (IllegalArgumentException | ProviderException e) {
      System.err.println(e.getMessage());
      System.exit(REFUSED);
    }
    System.exit(0); // some providers leave threads running
  }

  private void run(String name, boolean anyVersion, List<String> files) throws IOException {
    Subject subject = Subjects.named(name);
    write(
        Map.of(
            "providers",
            subject.providers().stream().map(Worker::described).toList(),
            "java",
            System.getProperty("java.vendor") + " " + Runtime.version()));
    VectorFiles reader = new VectorFiles(SharedFiles.ofThisProject(), anyVersion);
    for (Entry entry : Catalogue.all()) {
      if (files.contains(entry.name())) {
        Check check = entry.check().get();
        for (TestVector vector : reader.read(entry).tests()) {
          write(line(entry.name(), Judge.of(check, subject, vector)));
        }
      }
    }
    write(Map.of("complete", true));
  }

  private static Map<String, String> described(Provider provider) {
    return Map.of(
        "name", provider.getName(),
        "version", provider.getVersionStr(),
        "info", String.valueOf(provider.getInfo()));
  }

  private static Map<String, Object> line(String file, Result result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", file);
    line.put("result", result);
    return line;
  }

  private void write(Map<String, Object> line) throws JsonProcessingException {
    out.println(JSON.writeValueAsString(line));
  }
}
