package dev.e2ee.testvectors.conformance.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * A headless Chromium, led over the <a href="https://www.w3.org/TR/webdriver2/">W3C WebDriver</a>
 * protocol. What a test needs of it is a dozen calls; a client library would bring more code than
 * that, and a manager that downloads browsers.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Texts whose contrast with what is behind them is below 4.5 (WCAG 2, 1.4.3). */
  private static final String FAINT =
      """
      const parts = (color) => color.match(/[\\d.]+/g).map(Number);
      const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
      const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
      const behind = (node) => {
        const color = parts(getComputedStyle(node).backgroundColor);
        return color[3] === 0 ? behind(node.parentElement) : color;
      };
      const contrast = (node) => {
        const both = [parts(getComputedStyle(node).color), behind(node)].map(luminance).sort((a, b) => b - a);
        return (both[0] + 0.05) / (both[1] + 0.05);
      };
      const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
      return [...document.querySelectorAll("body *")]
        .filter((node) => node.checkVisibility() && hasText(node) && contrast(node) < 4.5)
        .map((node) => node.outerHTML.slice(0, 80)).join();
      """;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process driver;
  private final String server;
  private final String session;

  /** There is no browser here, with what to install. */
  static final class NotInstalledException extends Exception {
    private static final long serialVersionUID = 1L;

    NotInstalledException(IOException cause) {
      super(
          "cannot run 'chromedriver'; install it and Chromium"
              + " (Debian: apt-get install chromium chromium-driver): "
              + cause.getMessage(),
          cause);
    }
  }

  private Browser(Process driver) throws IOException {
    this.driver = driver;
    this.server = "http://127.0.0.1:" + port(driver);
    JsonNode started = call("POST", server + "/session", Map.of("capabilities", capabilities()));
    this.session = server + "/session/" + started.required("sessionId").textValue();
  }

  /** Starts one with a new profile, all of whose files are in this folder. */
  static Browser start(Path folder) throws NotInstalledException, IOException {
    ProcessBuilder driver =
        new ProcessBuilder("chromedriver", "--port=0")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    driver.environment().put("TMPDIR", folder.toString());
    driver.environment().put("XDG_CONFIG_HOME", folder.toString());
    Process process;
    try {
      process = driver.start();
    } catch (IOException e) {
      throw new NotInstalledException(e);
    }
    return new Browser(process);
  }

  private static String port(Process driver) throws IOException {
    BufferedReader lines = driver.inputReader(UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher matcher = PORT.matcher(line);
      if (matcher.find()) {
        Thread rest = new Thread(() -> drain(driver), "chromedriver output");
        rest.setDaemon(true);
        rest.start();
        return matcher.group(1);
      }
    }
    throw new IOException("chromedriver ended without naming a port");
  }

  private static void drain(Process driver) {
    try {
      driver.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> capabilities() {
    List<String> arguments =
        List.of(
            "--headless",
            "--no-sandbox", // it cannot start as root or in a container; the page is our own
            "--disable-gpu",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run");
    return Map.of(
        "alwaysMatch",
        Map.of(
            "browserName", "chrome",
            "goog:chromeOptions", Map.of("args", arguments),
            "goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL")));
  }

  private JsonNode call(String method, String uri, Map<String, ?> body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(uri))
              .timeout(Duration.ofMinutes(2))
              .header("Content-Type", "application/json")
              .method(
                  method,
                  method.equals("POST")
                      ? BodyPublishers.ofString(JSON.writeValueAsString(body))
                      : BodyPublishers.noBody())
              .build();
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new AssertionError(uri + ": " + response.body());
      }
      return JSON.readTree(response.body()).required("value");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private JsonNode post(String path, Map<String, ?> body) {
    return call("POST", session + path, body);
  }

  /** Opens an address in an empty tab: one that differs after its {@code #} only is loaded too. */
  void open(String address) {
    post("/url", Map.of("url", "about:blank"));
    post("/url", Map.of("url", address));
  }

  void back() {
    post("/back", Map.of());
  }

  /** The value of the body of a function. */
  JsonNode run(String script, Object... arguments) {
    return post("/execute/sync", Map.of("script", script, "args", List.of(arguments)));
  }

  /** Waits until an expression is true, or something. */
  void until(String expression, Object... arguments) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!run("return Boolean(" + expression + ")", arguments).booleanValue()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("this has not come true: " + expression);
      }
    }
  }

  private String element(String selector) {
    JsonNode found = post("/element", Map.of("using", "css selector", "value", selector));
    return "/element/" + found.required(ELEMENT).textValue();
  }

  /** Clicks where a person would; fails when something else lies there. */
  void click(String selector) {
    post(element(selector) + "/click", Map.of());
  }

  /** Types into an element. */
  void type(String selector, String text) {
    post(element(selector) + "/value", Map.of("text", text));
  }

  /** Chooses an option as a person would. */
  void choose(String selector, String value) {
    run(
        """
        const select = document.querySelector(arguments[0]);
        select.value = arguments[1];
        select.dispatchEvent(new Event("change"));
        """,
        selector,
        value);
  }

  /** Elements that are shown and hard to read for lack of contrast; empty if there are none. */
  String faint() {
    return run(FAINT).textValue();
  }

  /** The text of the first element, as it is in the document. */
  String text(String selector) {
    return run("return document.querySelector(arguments[0]).textContent", selector).textValue();
  }

  /** The texts of all elements that are shown. */
  List<String> texts(String selector) {
    JsonNode texts =
        run(
            """
            return [...document.querySelectorAll(arguments[0])]
              .filter((node) => node.checkVisibility()).map((node) => node.textContent)
            """,
            selector);
    return StreamSupport.stream(texts.spliterator(), false).map(JsonNode::textValue).toList();
  }

  /** A command of the DevTools protocol. */
  JsonNode devTools(String command, Map<String, ?> parameters) {
    return post("/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
  }

  /** As on a screen of this size, for a person who prefers light or dark. */
  void screen(int width, int height, String scheme) {
    devTools(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    media("", scheme);
  }

  /** As on this medium: {@code print}, or the screen if it is empty. */
  void media(String medium, String scheme) {
    devTools(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            medium,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  void screenshot(Path file) throws IOException {
    JsonNode image = call("GET", session + "/screenshot", Map.of());
    Files.write(file, Base64.getDecoder().decode(image.textValue()));
  }

  /** Prints on landscape A4. */
  byte[] print() {
    Map<String, Object> page =
        Map.of(
            "orientation",
            "landscape",
            "background",
            true,
            "shrinkToFit",
            false,
            "page",
            Map.of("width", 21.0, "height", 29.7),
            "margin",
            Map.of("top", 0.9, "bottom", 0.9, "left", 0.9, "right", 0.9));
    return Base64.getDecoder().decode(post("/print", page).textValue());
  }

  /** What the console has shown since this was asked last. */
  List<String> console() {
    List<String> lines = new ArrayList<>();
    post("/se/log", Map.of("type", "browser")).forEach(entry -> lines.add(entry.toString()));
    return lines;
  }

  /** What was asked for since this was asked last, as addresses. */
  List<String> requests() throws IOException {
    List<String> addresses = new ArrayList<>();
    for (JsonNode entry : post("/se/log", Map.of("type", "performance"))) {
      JsonNode message = JSON.readTree(entry.required("message").textValue()).required("message");
      if (message.required("method").asText().equals("Network.requestWillBeSent")) {
        addresses.add(message.required("params").required("request").required("url").textValue());
      }
    }
    return addresses;
  }

  @Override
  public void close() throws IOException {
    call("DELETE", session, Map.of());
    call("GET", server + "/shutdown", Map.of()); // it deletes the profile, then ends
    try {
      if (driver.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    driver.destroyForcibly();
    throw new IOException("chromedriver does not end");
  }
}
