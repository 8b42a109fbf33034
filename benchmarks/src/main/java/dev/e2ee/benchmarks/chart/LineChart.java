package dev.e2ee.benchmarks.chart;

import dev.e2ee.benchmarks.result.Units;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Speed by size: one line for each subject, bytes a second on a logarithmic scale. */
public final class LineChart {
  private static final int WIDTH = 840;
  private static final int HEIGHT = 420;
  private static final int LEFT = 90;
  private static final int RIGHT = 660;
  private static final int TOP = 50;
  private static final int BOTTOM = 370;

  private final String title;
  private final Map<String, SortedMap<Long, Double>> lines = new LinkedHashMap<>();

  /** Without lines yet. */
  public LineChart(String title) {
    this.title = title;
  }

  /** One point of a subject's line. */
  public void add(String subject, long size, double bytesPerSecond) {
    lines.computeIfAbsent(subject, s -> new TreeMap<>()).put(size, bytesPerSecond);
  }

  /** Whether there is nothing to show. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The picture. */
  @Override
  public String toString() {
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    TreeSet<Long> sizes = new TreeSet<>();
    TreeSet<Double> speeds = new TreeSet<>();
    lines
        .values()
        .forEach(
            line -> {
              sizes.addAll(line.keySet());
              speeds.addAll(line.values());
            });
    double low = Math.floor(Math.log10(speeds.first()));
    double high = Math.max(low + 1, Math.ceil(Math.log10(speeds.last())));
    for (double decade = low; decade <= high; decade++) {
      double y = y(Math.pow(10, decade), low, high);
      svg.line(LEFT, y, RIGHT, y, "grid");
      svg.text(LEFT - 8.0, y + 4, "end", Units.speed(Math.pow(10, decade)));
    }
    List<Long> columns = List.copyOf(sizes);
    columns.forEach(size -> svg.text(x(columns, size), BOTTOM + 24.0, "middle", Units.bytes(size)));
    int colour = 0;
    for (Map.Entry<String, SortedMap<Long, Double>> line : lines.entrySet()) {
      List<double[]> points =
          line.getValue().entrySet().stream()
              .map(p -> new double[] {x(columns, p.getKey()), y(p.getValue(), low, high)})
              .toList();
      svg.curve(points, colour);
      String style = line.getKey().startsWith("e2ee") ? "ours" : "";
      svg.bar(RIGHT + 24.0, TOP + colour * 24.0, 11, 11, colour);
      svg.text(RIGHT + 42.0, TOP + 10 + colour * 24.0, style, line.getKey());
      colour++;
    }
    return svg.toString();
  }

  private static double x(List<Long> columns, long size) {
    double step = (RIGHT - LEFT) / (double) columns.size();
    return LEFT + step * (columns.indexOf(size) + 0.5);
  }

  private static double y(double speed, double low, double high) {
    return BOTTOM - (BOTTOM - TOP) * (Math.log10(speed) - low) / (high - low);
  }
}
