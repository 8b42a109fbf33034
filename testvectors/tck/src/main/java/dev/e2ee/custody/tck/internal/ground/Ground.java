package dev.e2ee.custody.tck.internal.ground;

import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.Effort;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.custody.tck.internal.peer.Peer;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyInfo;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One point's store, and everything that it opens and makes there. */
public final class Ground implements AutoCloseable {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private final CustodyFixture fixture;
  private final TestedStore store;
  private final Effort effort;
  private final String prefix;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final AskedHandler handler;

  /**
   * Of a store, which it takes over.
   *
   * @param prefix with which the names of its keys begin
   */
  public Ground(CustodyFixture fixture, TestedStore store, Effort effort, String prefix) {
    this.fixture = fixture;
    this.store = store;
    this.effort = effort;
    this.prefix = prefix;
    this.handler = new AskedHandler(store.secret());
  }

  /** The store. */
  public TestedStore store() {
    return store;
  }

  /** How often to try. */
  public Effort effort() {
    return effort;
  }

  /** The handler of {@link #options}: how often it was asked. */
  public AskedHandler handler() {
    return handler;
  }

  /** A name that no key has; the same for the same word. */
  public String name(String word) {
    return prefix + word;
  }

  /** What the store says of itself, asked in an opening that no point counts. */
  public CustodyInfo info() {
    AskedHandler apart = new AskedHandler(store.secret());
    try (KeyCustody custody = open(options(apart))) {
      return custody.info();
    } finally {
      apart.wipe();
    }
  }

  /** Options with the right secret and time enough. */
  public CustodyOptions options() {
    return options(handler);
  }

  /** Options with time enough, whose handler this is. */
  public CustodyOptions options(AskedHandler asked) {
    return CustodyOptions.defaults().withCallbackHandler(asked).withDeadline(PATIENT);
  }

  /** Opens the store; closed with this ground at the latest. */
  public KeyCustody open(CustodyOptions options) {
    return open(store.uri(), options);
  }

  /** Opens any store of this back end. */
  public KeyCustody open(CustodyUri uri, CustodyOptions options) {
    KeyCustody custody =
        Custodies.installed(Set.of(fixture.provider().getName())).open(uri, options);
    synchronized (opened) {
      opened.add(custody);
    }
    return custody;
  }

  /** Opened with the right secret at hand, and locked. */
  public KeyCustody locked() {
    return open(options());
  }

  /** Opened and unlocked. */
  public KeyCustody unlocked() {
    return unlocked(options());
  }

  /** Opened with these options, and unlocked. */
  public KeyCustody unlocked(CustodyOptions options) {
    KeyCustody custody = open(options);
    custody.unlock();
    return custody;
  }

  /** Another store, open and unlocked; empty where there is only one. */
  public Optional<KeyCustody> elsewhere() throws IOException, InterruptedException {
    TestedStore other = fixture.newStore(Set.of());
    synchronized (opened) {
      opened.add(0, other); // closed after what is opened in it
    }
    if (other.uri().equals(store.uri())) {
      return Optional.empty();
    }
    KeyCustody custody = open(other.uri(), options(new AskedHandler(other.secret())));
    custody.unlock();
    return Optional.of(custody);
  }

  /** A new UMK. */
  public CustodyKey umk(KeyCustody custody, String word) {
    return custody.generate(name(word), KeyKind.UMK);
  }

  /** Whether the store says that it can. */
  public static boolean can(KeyCustody custody, Capability capability) {
    return custody.capabilities().contains(capability);
  }

  /** Another process with the same store, in this mode. */
  public Peer peer(String mode) throws IOException {
    Peer peer = Peer.start(fixture.provider(), store, mode);
    synchronized (opened) {
      opened.add(peer);
    }
    return peer;
  }

  /** That a text for people or logs has neither the secret nor a value of the URI's query in it. */
  public void requireQuiet(String text, String what) {
    String secret = String.valueOf(store.secret());
    Check.that(
        secret.length() < 4 || !text.contains(secret),
        () -> what + " shows the secret of the store");
    String uri = store.uri().canonical();
    int mark = uri.indexOf('?');
    if (mark < 0) {
      return;
    }
    for (String part : uri.substring(mark + 1).split("&", -1)) {
      String value = part.substring(part.indexOf('=') + 1);
      Check.that(
          value.length() < 4 || !text.contains(value),
          () -> what + " shows a value of the URI's query: " + part.replaceFirst("=.*", "=…"));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      for (int i = opened.size() - 1; i >= 0; i--) {
        opened.get(i).close();
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      handler.wipe();
      store.close();
    }
  }
}
