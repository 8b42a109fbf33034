package dev.e2ee.testvectors.conformance.report;

import static dev.e2ee.testvectors.conformance.report.SampleReport.GCM;
import static dev.e2ee.testvectors.conformance.report.SampleReport.MAC;
import static dev.e2ee.testvectors.conformance.report.SampleReport.MARKUP;
import static dev.e2ee.testvectors.conformance.report.SampleReport.XDH;
import static dev.e2ee.testvectors.conformance.report.SampleReport.ids;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.testvectors.SharedFiles;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.vector.TestVector.Expectation;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of a report in a real browser, which shows no error and asks for nothing else. */
@Tag("once")
@Tag("no-java")
@SuppressWarnings("NullAway.Init") // JUnit sets what is static
class HtmlReportTest {
  private static final Path PICTURES =
      SharedFiles.projectRoot().resolve("testvectors/target/screenshots");
  private static final String BROKEN_MAC = "#file=" + MAC + "&provider=broken";
  private static final String FIRST_CELL = "#matrix a[href='" + BROKEN_MAC + "']";

  /** What the margins leave of landscape A4, in CSS pixels. */
  private static final int A4_WIDTH = 1054;

  /** The key, in WebDriver's notation. */
  private static final String ENTER = "\uE007";

  @TempDir static Path temp;
  private static Report report;
  private static @Nullable Browser started;
  private static String page;
  private Browser browser;

  @BeforeAll
  static void write() throws IOException, InterruptedException {
    report = SampleReport.make();
    Path file = temp.resolve("index.html");
    HtmlReport.write(report, file);
    page = file.toUri().toString();
    Files.createDirectories(PICTURES);
  }

  /** For each test, so that each is counted as skipped where there is no browser. */
  @BeforeEach
  void startBrowser() throws IOException {
    try {
      browser = started == null ? Browser.start(temp) : started;
      started = browser;
    } catch (Browser.NotInstalledException e) {
      Assumptions.abort(e.getMessage());
    }
    browser.screen(1600, 1000, "light");
    browser.open(page);
  }

  @AfterEach
  void nothingWentWrong() {
    if (started != null) {
      assertEquals(List.of(), started.console());
    }
  }

  @AfterAll
  static void stopBrowser() throws IOException {
    if (started != null) {
      started.close();
    }
  }

  private static ColumnResult broken() {
    return SampleReport.column(report, "broken");
  }

  private static VectorFile macs() {
    return SampleReport.file(report, MAC);
  }

  private void go(String hash) {
    browser.open(page + hash);
  }

  /** The numbers of the tests that are listed and shown. */
  private List<Integer> listed() {
    return browser.texts(".vector .id").stream()
        .map(text -> Integer.valueOf(text.replace("tcId", "").strip()))
        .toList();
  }

  private static String cellText(ColumnResult column, String file) {
    return "%d passed, %d deviating, %d unsupported"
        .formatted(
            column.count(file, Outcome.PASSED),
            column.count(file, Outcome.DEVIATING),
            column.count(file, Outcome.UNSUPPORTED));
  }

  @Test
  void everyTotalIsTheReports() {
    assertTrue(report.deviations() > 20, "the sample deviates");
    assertEquals(List.of(), browser.texts("#problems"));
    assertTrue(browser.text("#sum").contains(report.deviations() + " deviations"));
    for (int i = 0; i < report.columns().size(); i++) {
      ColumnResult column = report.columns().get(i);
      String card = browser.text("#cards > :nth-child(" + (i + 1) + ") .totals");
      for (Outcome outcome : Outcome.values()) {
        String total =
            String.format(Locale.ENGLISH, "%,d %s", column.count(outcome), name(outcome));
        assertTrue(card.contains(total), card);
      }
      for (VectorFile file : report.files()) {
        String cell = "#file=" + file.name() + "&provider=" + column.column().id();
        String label =
            browser
                .run("return document.querySelector(arguments[0]).ariaLabel", at(cell))
                .textValue();
        assertTrue(label.endsWith(": " + cellText(column, file.name())), label);
      }
    }
  }

  private static String at(String hash) {
    return "#matrix a[href='" + hash + "']";
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  @Test
  void saysWhatIsNotInTheReport() {
    go("#file=other.json");
    assertTrue(browser.text("#file").startsWith("This report has no file “other.json”."));
    go("#file=" + MAC + "&provider=other");
    assertTrue(browser.text("#file").startsWith("This report has no provider “other”."));
    go(BROKEN_MAC + "&test=100000");
    assertTrue(browser.text("#test-missing").startsWith("There is no test 100000"));
  }

  @Test
  void aCardSaysWhyAProviderDidNotLoad() {
    String card = browser.text("#cards > :nth-child(4)");
    assertTrue(card.contains("! Did not load: it does not load here: "), card);
    assertTrue(card.contains("no.such.Provider"), card);
  }

  @Test
  void saysSoWhenTheNumbersDoNotAgree() throws IOException {
    String right = Files.readString(temp.resolve("index.html"));
    int tests = macs().tests().size();
    String promise = "\"numberOfTests\":" + tests;
    assertTrue(right.contains(promise));
    Path wrong = temp.resolve("wrong.html");
    Files.writeString(wrong, right.replace(promise, "\"numberOfTests\":" + (tests + 1)));
    browser.open(wrong.toUri().toString());
    assertEquals(1, browser.texts("#problems").size());
    assertTrue(browser.text("#problems").contains(MAC + ", tests listed: " + tests + ", not "));
  }

  @Test
  void aCellLeadsToTheVectorThatDeviates() {
    browser.type(FIRST_CELL, ENTER);
    browser.until("document.querySelector('#file .vector')");
    assertEquals(MAC + ", Broken", browser.text("#file-title"));
    List<Integer> deviating = ids(broken(), MAC, Outcome.DEVIATING);
    assertEquals(deviating, listed());
    Result result =
        broken().of(MAC).stream()
            .filter(r -> r.seen().startsWith("accepted, with tag "))
            .findFirst()
            .orElseThrow();
    browser.click(".vector .id[href$='&test=" + result.tcId() + "']");
    browser.until("document.querySelector('.details')");
    assertEquals(
        List.of("✗ deviating", result.expected(), result.seen()),
        browser.texts(".details tr.chosen td"));
    assertEquals(report.columns().size(), browser.texts(".details .list tbody tr").size());
    String key = macs().tests().get(result.tcId() - 1).text("key");
    assertTrue(browser.texts(".details pre").contains(key));
    assertEquals(
        BROKEN_MAC + "&test=" + result.tcId(),
        browser.run("return decodeURI(location.hash)").textValue());
    browser.back();
    browser.until("!document.querySelector('.details')");
    browser.back();
    browser.until("document.querySelector('#matrix').checkVisibility()");
    assertEquals(
        BROKEN_MAC, browser.run("return document.activeElement.getAttribute('href')").textValue());
  }

  @Test
  void filtersByOutcomeFlagAndText() {
    go(BROKEN_MAC);
    browser.choose("#filter-flag", "ModifiedTag");
    assertEquals(macs().tests().stream().filter(t -> t.hasFlag("ModifiedTag")).count(), shown());
    browser.choose("#filter-outcome", "deviating");
    assertEquals(SampleReport.deviating(broken(), macs(), "ModifiedTag"), shown());
    browser.choose("#filter-flag", "");
    assertEquals(broken().count(MAC, Outcome.DEVIATING), shown());
    browser.type("#filter-text", "accepted: tag");
    long wrong = broken().of(MAC).stream().filter(r -> r.seen().contains("accepted: tag")).count();
    browser.until(
        "document.querySelector('#tests-status').textContent.startsWith(arguments[0] + ' ')",
        wrong);
    assertEquals(wrong, listed().size());
    assertTrue(browser.run("return location.hash").textValue().contains("text=accepted"));
  }

  /** The number in front of what the page says is shown. */
  private int shown() {
    Matcher number = Pattern.compile("\\d+").matcher(browser.text("#tests-status"));
    assertTrue(number.find());
    return Integer.parseInt(number.group());
  }

  @Test
  void filtersTheMatrix() {
    browser.click("#matrix-deviating");
    assertEquals(1, browser.texts("#matrix tbody th[scope=row]").size());
    assertEquals("1 of 3 files shown.", browser.text("#matrix-status"));
    browser.click("#matrix-deviating");
    browser.type("#matrix-text", "Aes-g");
    assertEquals(List.of(GCM + "AES-GCM"), browser.texts("#matrix tbody th[scope=row]"));
  }

  @Test
  void acceptableTestsStandApart() {
    go("#file=" + XDH + "&provider=e2ee");
    VectorFile file = SampleReport.file(report, XDH);
    List<Result> results = SampleReport.column(report, "e2ee").of(XDH);
    int[] acceptable =
        IntStream.range(0, results.size())
            .filter(i -> file.tests().get(i).expectation() == Expectation.ACCEPTABLE)
            .toArray();
    long accepted =
        IntStream.of(acceptable).filter(i -> results.get(i).seen().equals("accepted")).count();
    assertTrue(accepted > 0 && accepted < acceptable.length);
    assertEquals(
        List.of(
            "Acceptable: accepted " + accepted,
            "Acceptable: refused " + (acceptable.length - accepted),
            "Passed " + (results.size() - acceptable.length)),
        browser.texts("#tests summary"));
    browser.choose("#filter-outcome", "refused");
    assertEquals(acceptable.length - accepted, shown());
  }

  @Test
  void longListsComeInPages() {
    go("#file=" + XDH + "&provider=none");
    assertEquals(100, listed().size());
    browser.click("#tests button:not([hidden])");
    assertEquals(200, listed().size());
    int last = SampleReport.file(report, XDH).tests().size();
    go("#file=" + XDH + "&provider=none&test=" + last);
    assertTrue(listed().contains(last));
    assertTrue(listed().size() <= 100);
  }

  @Test
  void explainsFlags() {
    go("#file=" + XDH + "&flag=MissingOctetString");
    browser.until("document.querySelectorAll('.vector').length === 1"); // the one that has the flag
    browser.click(".vector .id");
    browser.until("document.querySelector('.details .flags dd')");
    JsonNode note = SampleReport.file(report, XDH).notes().required("MissingOctetString");
    List<String> meanings = browser.texts(".details .flags dd");
    assertTrue(meanings.stream().anyMatch(m -> m.contains(note.required("description").asText())));
    assertEquals(List.of(note.required("links").get(1).asText()), browser.texts(".flags li a"));
    browser.click(".glossary summary");
    assertTrue(browser.texts(".glossary dt").contains("MissingOctetString 1 test"));
  }

  @Test
  void anAddressOpensAVectorAndTextStaysText() {
    go(BROKEN_MAC + "&test=1");
    assertEquals(List.of(MARKUP), browser.texts("#file .comment").subList(0, 1));
    assertEquals(
        "not an exception that JCA promises: java.lang.IllegalStateException: " + MARKUP,
        browser.texts(".details tr.chosen td").get(2));
    String flags = browser.text(".details .flags");
    assertTrue(flags.contains("constructorThe file does not explain this flag."), flags);
    assertTrue(flags.contains("CVE-2000-0000"));
    assertEquals(
        "https://example.org/flag",
        browser
            .run(
                "return [...document.querySelectorAll('.flags a')]"
                    + ".map((a) => a.href + (a.rel === 'noreferrer noopener' ? '' : a.rel)).join()")
            .textValue());
    assertTrue(browser.text("#run").contains(MARKUP));
    assertTrue(browser.text("#cards").contains(MARKUP));
    assertEquals("undefined", browser.run("return typeof window.harmed").textValue());
    assertEquals(0, browser.run("return document.images.length").intValue());
  }

  @Test
  void asksForNothingAndMayNot() throws IOException {
    browser.requests();
    go(BROKEN_MAC + "&test=1");
    assertEquals(
        List.of(page),
        browser.requests().stream()
            .filter(a -> !a.equals("about:blank"))
            .map(a -> a.replaceFirst("#.*", ""))
            .toList());
    assertEquals(
        0, browser.run("return performance.getEntriesByType('resource').length").intValue());
    assertEquals(List.of(), browser.console());
    browser.run(
        """
        window.refused = [];
        addEventListener("securitypolicyviolation", (e) => refused.push(e.effectiveDirective));
        fetch("http://127.0.0.1:9/").catch(() => {});
        new Image().src = "http://127.0.0.1:9/";
        document.head.append(Object.assign(document.createElement("base"), { href: "http://127.0.0.1:9/" }));
        """);
    browser.until("window.refused.length === 3");
    assertEquals(
        "base-uri connect-src img-src",
        browser.run("return window.refused.sort().join(' ')").textValue());
    assertFalse(browser.console().isEmpty());
  }

  @Test
  void printsTheMatrixOnAPageAndAllDeviations() throws IOException {
    byte[] pdf = browser.print();
    assertEquals("%PDF", new String(pdf, 0, 4, StandardCharsets.US_ASCII));
    Files.write(PICTURES.resolve("print.pdf"), pdf);
    assertEquals(
        ids(broken(), MAC, Outcome.DEVIATING), deviationsListed(), "printing makes the list");
    browser.screen(A4_WIDTH, 730, "dark");
    browser.media("print", "dark");
    assertEquals(List.of(), browser.texts("button, input, select, .back"));
    assertTrue(
        browser
            .run("return document.querySelector('#matrix').offsetWidth <= innerWidth")
            .asBoolean());
    assertEquals("", browser.faint());
    browser.screenshot(PICTURES.resolve("print.png"));
  }

  /** The numbers of all tests in the list of deviations, where 3–5 stands for three of them. */
  private List<Integer> deviationsListed() {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode range :
        browser.run("return [...document.querySelectorAll('.ids a')].map((a) => a.textContent)")) {
      String[] ends = range.textValue().split("–", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      IntStream.rangeClosed(Integer.parseInt(ends[0]), last).forEach(numbers::add);
    }
    return numbers.stream().sorted().toList();
  }

  @ParameterizedTest
  @CsvSource({
    "desktop, 1600, light",
    "desktop, 1600, dark",
    "phone, 375, light",
    "phone, 375, dark"
  })
  @Tag("soak")
  void readsWellOnEveryScreen(String device, int width, String scheme) throws IOException {
    for (String hash : List.of("", "#file=" + MAC, BROKEN_MAC + "&test=1")) {
      browser.screen(width, 900, scheme);
      go(hash);
      assertEquals("", browser.faint(), hash);
      int wide = browser.run("return document.documentElement.scrollWidth").intValue();
      assertTrue(wide <= width, hash + " is " + wide + " wide");
      int high = browser.run("return document.documentElement.scrollHeight").intValue();
      browser.screen(width, Math.min(high, 5000), scheme);
      String name = hash.isEmpty() ? "overview" : hash.contains("test=") ? "vector" : "file";
      browser.screenshot(PICTURES.resolve("%s-%s-%s.png".formatted(name, device, scheme)));
    }
  }
}
