package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.types.Variant;

/**
 * What is used of the Secret Service API, draft 0.2, of freedesktop.org: GNOME Keyring, KeePassXC
 * and KWallet speak it. Each method is one of the specification.
 */
final class SecretService implements AutoCloseable {
  /** Its name on the bus. */
  static final String NAME = "org.freedesktop.secrets";

  /** Its object there. */
  static final String ROOT = "/org/freedesktop/secrets";

  private static final String SERVICE = "org.freedesktop.Secret.Service";
  private static final String COLLECTION = "org.freedesktop.Secret.Collection";
  private static final String ITEM = "org.freedesktop.Secret.Item";
  private static final String PROMPT = "org.freedesktop.Secret.Prompt";
  private static final String PROPERTIES = "org.freedesktop.DBus.Properties";
  private static final String NONE = "/";
  private static final Duration TIME_TO_TELL = Duration.ofMillis(100);

  private final SessionBus bus;
  private final boolean interaction;
  private final Engine engine;
  private final Deadline deadline;

  /** Whether the connection is the business of an {@link OpenQuestion} now. */
  private boolean asksStill;

  private boolean hasTurn;

  /**
   * Over a connection, which is closed with this.
   *
   * @param interaction whether the person may be asked
   */
  SecretService(SessionBus bus, boolean interaction, Engine engine, Deadline deadline) {
    this.bus = bus;
    this.interaction = interaction;
    this.engine = engine;
    this.deadline = deadline;
  }

  /**
   * Connects; starts the service where the bus knows how.
   *
   * @param interaction whether the person may be asked
   * @throws CustodyException UNSUPPORTED without a session bus
   */
  static SecretService connect(boolean interaction, Engine engine, Deadline deadline) {
    return new SecretService(SessionBus.connect(NAME), interaction, engine, deadline);
  }

  /**
   * Items with these attributes, in all collections.
   *
   * @param unlocked those whose secret can be read
   * @param locked those whose secret cannot be read now
   */
  record Found(List<String> unlocked, List<String> locked) {
    int count() {
      return unlocked.size() + locked.size();
    }
  }

  Found search(Map<String, String> attributes) throws BusException {
    Object[] answer = bus.call(deadline, ROOT, SERVICE, "SearchItems", "a{ss}", attributes);
    return new Found(paths(answer[0]), paths(answer[1]));
  }

  /** The collection of this alias, if there is one. */
  Optional<String> alias(String name) throws BusException {
    return some(path(bus.call(deadline, ROOT, SERVICE, "ReadAlias", "s", name)[0]));
  }

  List<String> collections() throws BusException {
    return paths(property(ROOT, SERVICE, "Collections"));
  }

  boolean isLocked(String collection) throws BusException {
    return !Boolean.FALSE.equals(property(collection, COLLECTION, "Locked"));
  }

  /** What a person calls it. */
  String label(String collection) throws BusException {
    return String.valueOf(property(collection, COLLECTION, "Label"));
  }

  private Object property(String path, String type, String name) throws BusException {
    Object value = bus.call(deadline, path, PROPERTIES, "Get", "ss", type, name)[0];
    return value instanceof Variant<?> variant ? variant.getValue() : value;
  }

  /**
   * Unlocks collections or items; the service asks the person in a window of its own.
   *
   * @throws CustodyException CANCELLED when they do not want to, TIMEOUT
   */
  void unlock(List<String> objects) throws BusException {
    takeTurn();
    List<DBusPath> paths = objects.stream().map(DBusPath::new).toList();
    prompt(path(bus.call(deadline, ROOT, SERVICE, "Unlock", "ao", paths)[1]));
  }

  /**
   * Waits until no other question of this process is open; nobody else's is put beside the ones of
   * this connection until it is closed.
   *
   * @throws CustodyException TIMEOUT, CANCELLED
   */
  void takeTurn() {
    if (!interaction || hasTurn) {
      return;
    }
    try {
      if (!OpenQuestion.takeTurn(person())) {
        throw unanswered();
      }
      hasTurn = true;
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** When a person has to have answered; what became of it has to be told by the deadline. */
  private Deadline person() {
    return deadline.before(TIME_TO_TELL);
  }

  /**
   * Shows a prompt, if there is one, and waits for the person.
   *
   * @return the path that the prompt gives, if it gives one
   * @throws CustodyException LOCKED when nobody may be asked; CANCELLED, TIMEOUT; REMOVED when the
   *     keychain ends meanwhile
   */
  private Optional<String> prompt(String prompt) throws BusException {
    if (prompt.equals(NONE)) {
      return Optional.empty();
    }
    if (!interaction) {
      throw new CustodyException(
          Kind.LOCKED, "the keychain wants to ask the person, which is not allowed here");
    }
    takeTurn();
    String asking = bus.owner();
    SessionBus.Ear ear = bus.listen(prompt, PROMPT, "Completed");
    person().check("the keychain"); // before anything is shown
    boolean over = false;
    try {
      bus.call(deadline, prompt, PROMPT, "Prompt", "s", "");
      Object[] said = heard(ear, asking);
      over = true;
      return answer(said);
    } catch (BusException e) {
      over = !e.isSilence(); // refused: nothing was shown
      throw e;
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      if (!over) {
        asksStill = true;
        OpenQuestion.leave(bus, ear, asking);
      }
    }
  }

  private Object[] heard(SessionBus.Ear ear, String asking)
      throws BusException, InterruptedException {
    Deadline person = person();
    while (person.remainingNanos() > 0) {
      Duration left = Duration.ofNanos(Math.max(1, person.remainingNanos()));
      Optional<Object[]> said =
          ear.hear(left.compareTo(OpenQuestion.LOOK_AFTER) < 0 ? left : OpenQuestion.LOOK_AFTER);
      if (said.isPresent()) {
        return said.get();
      }
      if (!bus.owner().equals(asking)) {
        throw new CustodyException(
            Kind.REMOVED, "the keychain ended while it asked the person; try again");
      }
    }
    throw unanswered();
  }

  private static Optional<String> answer(Object[] said) {
    if (!Boolean.FALSE.equals(said[0])) {
      throw new CustodyException(
          Kind.CANCELLED,
          "the keychain's prompt was dismissed, or could not be shown; unlock the keychain, such as"
              + " by logging in to the desktop, and try again");
    }
    Object result = said[1] instanceof Variant<?> variant ? variant.getValue() : said[1];
    return result instanceof DBusPath path ? some(path.getPath()) : Optional.empty();
  }

  private CustodyException unanswered() {
    return new CustodyException(
        Kind.TIMEOUT,
        "nobody answered the keychain's question within "
            + deadline.limit().toMillis()
            + " ms; its window stays open. Answer it, and try again; if the keychain asks again,"
            + " allow more time");
  }

  private static CustodyException interrupted() {
    Thread.currentThread().interrupt();
    return new CustodyException(
        Kind.CANCELLED,
        "the thread was interrupted while the keychain asked the person; its window stays open");
  }

  /** A session in which secrets are transferred. */
  final class Session implements AutoCloseable {
    private final Transport transport;
    private final DBusPath path;

    private Session(Transport transport, DBusPath path) {
      this.transport = transport;
      this.path = path;
    }

    /** The secret of an unlocked item. */
    SecretBytes secret(String item) throws BusException {
      Object[] answer = bus.call(deadline, item, ITEM, "GetSecret", "o", path);
      Object[] secret = (Object[]) answer[0];
      try {
        return transport.decrypt(bytes(secret[1]), bytes(secret[2]));
      } catch (GeneralSecurityException e) {
        throw new CustodyException(
            Kind.TRANSIENT, "the keychain's answer could not be decrypted; try again", e);
      }
    }

    /**
     * Makes an item, beside others that have the same attributes.
     *
     * @return its path; empty when the person had to allow it, after which it is there
     */
    Optional<String> create(
        String collection, String label, Map<String, String> attributes, SecretBytes secret)
        throws BusException {
      Map<String, Variant<?>> properties =
          Map.of(
              ITEM + ".Label", new Variant<>(label, "s"),
              ITEM + ".Attributes", new Variant<>(attributes, "a{ss}"));
      Object[] answer =
          bus.call(
              deadline,
              collection,
              COLLECTION,
              "CreateItem",
              "a{sv}(oayays)b",
              properties,
              encrypted(secret),
              false);
      Optional<String> prompted = prompt(path(answer[1]));
      return some(path(answer[0])).or(() -> prompted);
    }

    /** A secret as the messages have it: session, parameters, value, content type. */
    Object[] encrypted(SecretBytes secret) {
      byte[] iv = transport.newIv();
      try {
        return new Object[] {path, iv, transport.encrypt(iv, secret), "text/plain; charset=utf8"};
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has AES, this one does not", e);
      }
    }

    @Override
    public void close() {
      transport.close();
    }
  }

  Session openSession() throws BusException {
    Transport.Offer offer = new Transport.Offer(engine);
    Object[] answer =
        bus.call(
            deadline,
            ROOT,
            SERVICE,
            "OpenSession",
            "sv",
            Transport.ALGORITHM,
            new Variant<>(offer.publicValue(), "ay"));
    try {
      return new Session(
          offer.agree(bytes(((Variant<?>) answer[0]).getValue())), new DBusPath(path(answer[1])));
    } catch (GeneralSecurityException e) {
      throw new CustodyException(Kind.TRANSIENT, "the keychain agrees on no key; try again", e);
    }
  }

  void delete(String item) throws BusException {
    prompt(path(bus.call(deadline, item, ITEM, "Delete", "")[0]));
  }

  private static Optional<String> some(String path) {
    return path.equals(NONE) ? Optional.empty() : Optional.of(path);
  }

  private static String path(Object value) {
    return ((DBusPath) value).getPath();
  }

  private static List<String> paths(Object value) {
    List<?> all = value instanceof Object[] array ? List.of(array) : (List<?>) value;
    return all.stream().map(SecretService::path).toList();
  }

  private static byte[] bytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    List<?> list = (List<?>) value;
    byte[] bytes = new byte[list.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (Byte) list.get(i);
    }
    return bytes;
  }

  @Override
  public void close() {
    if (asksStill) {
      return;
    }
    bus.close();
    if (hasTurn) {
      OpenQuestion.endTurn();
    }
  }
}
