package dev.e2ee.benchmarks.chart;

import java.util.List;
import java.util.Locale;

/** An SVG picture in the making, with colours for light and dark pages. */
final class Svg {
  private static final String STYLE =
      """
      text { font: 13px system-ui, sans-serif; fill: #1f2328 }
      .title { font-size: 15px; font-weight: 600 }
      .ours { font-weight: 600 }
      .end { text-anchor: end } .middle { text-anchor: middle }
      .page { fill: #ffffff } .grid { stroke: #d1d9e0 } .whisker { stroke: #1f2328 }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 } .page { fill: #0d1117 } .grid { stroke: #3d444d }
        .whisker { stroke: #e6edf3 }
      }
      """;

  private static final List<String> COLOURS =
      List.of(
          "#0969da", "#d4731a", "#1a7f5a", "#b3509b", "#4aa3c7", "#cf3b34", "#8a7a16", "#7d8590");

  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  /** Of this size in pixels, with a title. */
  Svg(int width, int height, String title) {
    this.width = width;
    this.height = height;
    add("<rect class='page' width='%d' height='%d' rx='6'/>", width, height);
    text(16, 26, "title", title);
  }

  private void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values).replace('\'', '"')).append('\n');
  }

  /** Text whose baseline begins, ends or is centred there, as the style says. */
  void text(double x, double y, String style, String text) {
    add("<text x='%.1f' y='%.1f' class='%s'>%s</text>", x, y, style, escaped(text));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
  }

  private static String colour(int number) {
    return COLOURS.get(number % COLOURS.size());
  }

  /** A filled bar in one of eight colours. */
  void bar(double x, double y, double barWidth, double barHeight, int colour) {
    add(
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
        x, y, barWidth, barHeight, colour(colour));
  }

  /** A straight line. */
  void line(double x1, double y1, double x2, double y2, String style) {
    add("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' class='%s'/>", x1, y1, x2, y2, style);
  }

  /** A line through points, each with a dot. */
  void curve(List<double[]> points, int colour) {
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", point[0], point[1]));
      add("<circle cx='%.1f' cy='%.1f' r='3.5' fill='%s'/>", point[0], point[1], colour(colour));
    }
    add(
        "<polyline points='%s' fill='none' stroke-width='2' stroke='%s'/>",
        path.toString().strip(), colour(colour));
  }

  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\">%n<style>%n",
            width,
            height,
            width,
            height)
        + STYLE
        + "</style>\n"
        + body
        + "</svg>\n";
  }
}
