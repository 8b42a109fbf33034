package dev.e2ee.custody.tck.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A page that needs nothing else: what it shows is inside, and it asks for nothing from anywhere.
 */
public final class HtmlPage {
  private HtmlPage() {}

  /**
   * A page without a program.
   *
   * @param body HTML, in which what others wrote went through {@link #text}
   */
  public static String of(String title, String body) throws IOException {
    return page(title, "", "", body);
  }

  /**
   * A page that a program fills.
   *
   * @param style CSS besides the style of every page
   * @param program JavaScript, which reads the element {@code data}
   * @param json what the program shows
   */
  public static String of(String title, String style, String body, String program, String json)
      throws IOException {
    // Inside a script element "</" would end it.
    String scripts =
        "<script type=\"application/json\" id=\"data\">"
            + json.replace("<", "\\u003c")
            + "</script>\n<script>"
            + program
            + "</script>\n";
    return page(title, style, " script-src 'unsafe-inline';", body + scripts);
  }

  private static String page(String title, String style, String policy, String body)
      throws IOException {
    // What was put in is not looked at any more: the parts are joined, not replaced.
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';\
    """
        + policy
        + """
         base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>\
        """
        + text(title)
        + "</title>\n<style>"
        + style()
        + style
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }

  private static String style() throws IOException {
    try (InputStream in = HtmlPage.class.getResourceAsStream("page.css")) {
      return new String(Objects.requireNonNull(in, "page.css").readAllBytes(), UTF_8);
    }
  }

  /** Text, as it stands between tags and in attributes with double quotes. */
  public static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
