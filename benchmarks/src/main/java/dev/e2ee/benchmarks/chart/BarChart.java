package dev.e2ee.benchmarks.chart;

import dev.e2ee.benchmarks.result.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/**
 * Horizontal bars: for each subject one bar a series, as long as the median; a thin line goes from
 * the least to the most.
 */
public final class BarChart {
  private static final int WIDTH = 840;
  private static final int LEFT = 170;
  private static final int RIGHT = 120;
  private static final int TOP = 62;
  private static final int BAR = 15;
  private static final int GAP = 12;

  private final String title;
  private final DoubleFunction<String> unit;
  private final List<String> series = new ArrayList<>();
  private final Map<String, Map<String, Spread>> subjects = new LinkedHashMap<>();

  /** Whose values are written in this unit. */
  public BarChart(String title, DoubleFunction<String> unit) {
    this.title = title;
    this.unit = unit;
  }

  /** One bar. */
  public void add(String subject, String ofSeries, Spread value) {
    if (!series.contains(ofSeries)) {
      series.add(ofSeries);
    }
    subjects.computeIfAbsent(subject, s -> new LinkedHashMap<>()).put(ofSeries, value);
  }

  /** Whether there is nothing to show. */
  public boolean isEmpty() {
    return subjects.isEmpty();
  }

  /** The picture. */
  @Override
  public String toString() {
    int bars = subjects.values().stream().mapToInt(Map::size).sum();
    Svg svg = new Svg(WIDTH, TOP + bars * BAR + subjects.size() * GAP + GAP, title);
    double most =
        subjects.values().stream()
            .flatMap(values -> values.values().stream())
            .mapToDouble(Spread::most)
            .max()
            .orElse(1);
    double scale = (WIDTH - LEFT - RIGHT) / most;
    legend(svg);
    double y = TOP;
    for (Map.Entry<String, Map<String, Spread>> subject : subjects.entrySet()) {
      double middle = y + subject.getValue().size() * BAR / 2.0 + 4;
      svg.text(LEFT - 10.0, middle, style(subject.getKey()), subject.getKey());
      for (Map.Entry<String, Spread> bar : subject.getValue().entrySet()) {
        drawBar(svg, y, scale, series.indexOf(bar.getKey()), bar.getValue());
        y += BAR;
      }
      y += GAP;
    }
    return svg.toString();
  }

  private static String style(String subject) {
    return subject.startsWith("e2ee") ? "end ours" : "end";
  }

  private void legend(Svg svg) {
    for (int i = 0; i < series.size(); i++) {
      double x = LEFT + i * 150.0;
      svg.bar(x, 38, 11, 11, i);
      svg.text(x + 17, 48, "", series.get(i));
    }
  }

  private void drawBar(Svg svg, double y, double scale, int colour, Spread value) {
    double middle = y + (BAR - 2) / 2.0;
    svg.bar(LEFT, y, value.median() * scale, BAR - 2.0, colour);
    svg.line(LEFT + value.least() * scale, middle, LEFT + value.most() * scale, middle, "whisker");
    svg.text(LEFT + value.most() * scale + 6, y + BAR - 4, "", unit.apply(value.median()));
  }
}
