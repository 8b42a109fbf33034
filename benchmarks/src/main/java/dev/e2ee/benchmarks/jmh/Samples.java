package dev.e2ee.benchmarks.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/** Where the threads of a benchmark were seen, in a flight recording. */
final class Samples {
  private static final String WORKER = "jmh-worker";
  private static final Set<String> SAMPLES =
      Set.of("jdk.ExecutionSample", "jdk.NativeMethodSample");

  /**
   * Classes by what they do; the innermost frame that is listed decides. Digests are not: they work
   * for HMAC and for randomness.
   */
  private static final Map<String, List<String>> AREAS = areas();

  private final Map<String, Integer> byArea = new LinkedHashMap<>();
  private final Map<String, Integer> byMethod = new LinkedHashMap<>();
  private int total;

  private static Map<String, List<String>> areas() {
    Map<String, List<String>> areas = new LinkedHashMap<>();
    areas.put("HMAC", List.of("com.sun.crypto.provider.Hmac", "javax.crypto.Mac"));
    areas.put("AES-GCM", List.of("com.sun.crypto.provider."));
    areas.put(
        "randomness",
        List.of(
            "java.security.SecureRandom",
            "sun.security.provider.NativePRNG",
            "sun.security.provider.SecureRandom"));
    areas.put(
        "JCA: look-up and checks",
        List.of(
            "javax.crypto.", "java.security.Provider", "java.security.Sec", "sun.security.jca."));
    areas.put("the benchmark itself", List.of("dev.e2ee.benchmarks.", "org.openjdk.jmh."));
    areas.put("ours", List.of("dev.e2ee."));
    return areas;
  }

  /** The arguments of a JVM that records them, and tells them apart within compiled methods too. */
  static List<String> recordingTo(Path recording) {
    return List.of(
        "-XX:+UnlockDiagnosticVMOptions",
        "-XX:+DebugNonSafepoints",
        "-XX:StartFlightRecording=filename=" + recording + ",settings=profile,dumponexit=true");
  }

  /** Those of the second half of a recording, when everything is compiled. */
  static Samples of(Path recording) throws IOException {
    List<RecordedEvent> events = workers(recording);
    if (events.isEmpty()) {
      throw new IOException("the flight recording has no sample of a benchmark");
    }
    Instant first = events.get(0).getStartTime();
    Instant last = events.get(events.size() - 1).getStartTime();
    Instant middle = first.plus(Duration.between(first, last).dividedBy(2));
    Samples samples = new Samples();
    events.stream().filter(e -> !e.getStartTime().isBefore(middle)).forEach(samples::add);
    return samples;
  }

  private static List<RecordedEvent> workers(Path recording) throws IOException {
    List<RecordedEvent> events = new ArrayList<>();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (SAMPLES.contains(event.getEventType().getName()) && isOfWorker(event)) {
          events.add(event);
        }
      }
    }
    events.sort(Comparator.comparing(RecordedEvent::getStartTime));
    return events;
  }

  private static boolean isOfWorker(RecordedEvent event) {
    var thread = event.getThread("sampledThread");
    return thread != null
        && String.valueOf(thread.getJavaName()).contains(WORKER)
        && event.getStackTrace() != null
        && !event.getStackTrace().getFrames().isEmpty();
  }

  private void add(RecordedEvent event) {
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    total++;
    byMethod.merge(name(frames.get(0).getMethod()), 1, Integer::sum);
    byArea.merge(area(frames), 1, Integer::sum);
  }

  private static String name(RecordedMethod method) {
    return method.getType().getName() + "." + method.getName();
  }

  private static String area(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String type = frame.getMethod().getType().getName();
      for (Map.Entry<String, List<String>> area : AREAS.entrySet()) {
        if (area.getValue().stream().anyMatch(type::startsWith)) {
          return area.getKey();
        }
      }
    }
    return "other";
  }

  /** How many there are. */
  int total() {
    return total;
  }

  /** What the time went into, the most first. */
  List<Map.Entry<String, Integer>> areasByCount() {
    return sorted(byArea);
  }

  /** The methods that were running, the most frequent first. */
  List<Map.Entry<String, Integer>> methodsByCount() {
    return sorted(byMethod);
  }

  private static List<Map.Entry<String, Integer>> sorted(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .toList();
  }
}
