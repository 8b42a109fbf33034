package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.matchrules.DBusMatchRule;
import org.freedesktop.dbus.matchrules.DBusMatchRuleBuilder;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the user's session bus, to one service there. One message, one answer: the
 * proxies of the library would hide which error it was.
 */
final class SessionBus implements AutoCloseable {
  private static final String A_BUS =
      "log in to a desktop, or start the program with a bus and an unlocked keyring of its own:"
          + " dbus-run-session -- sh -c 'gnome-keyring-daemon --unlock --components=secrets"
          + " <FILE-WITH-ITS-PASSWORD; e2ee ...'";

  private final DBusConnection connection;
  private final String service;
  private final Path socket;

  /** A bus may take a connection, and refuse its user only then. */
  private volatile boolean hasAnswered;

  private SessionBus(DBusConnection connection, String service, Path socket) {
    this.connection = connection;
    this.service = service;
    this.socket = socket;
  }

  /**
   * Connects, at the first address where that works.
   *
   * @param service its well-known name
   * @throws CustodyException UNSUPPORTED when there is no such bus; what is wrong with the first
   *     address, when none works
   */
  static SessionBus connect(String service) {
    Iterator<BusAddress> addresses = addresses().iterator();
    try {
      return connect(service, addresses.next());
    } catch (CustodyException first) {
      while (addresses.hasNext()) {
        try {
          return connect(service, addresses.next());
        } catch (CustodyException e) {
          first.addSuppressed(e);
        }
      }
      throw first;
    }
  }

  private static SessionBus connect(String service, BusAddress address) {
    Path socket;
    try {
      socket = address.socket().toRealPath(); // a link could lead elsewhere after the look
      checkOwner(socket);
    } catch (NoSuchFileException e) {
      throw nobodyListens(address, e);
    } catch (IOException e) {
      throw takesNone(address, e);
    }
    String plain = "unix:path=" + plain(socket);
    try {
      return new SessionBus(
          DBusConnectionBuilder.forAddress(plain).withShared(false).build(), service, socket);
    } catch (DBusException | RuntimeException e) { // the library's are of many types
      if (isRefused(e)) {
        throw nobodyListens(address, e);
      }
      throw isOwn(socket) ? takesNone(address, e) : anothers(socket, e);
    }
  }

  private static CustodyException takesNone(BusAddress address, Exception e) {
    boolean told = !(e instanceof RuntimeException); // else it is what broke in the library
    return new CustodyException(
        Kind.TRANSIENT,
        "the session bus at "
            + address
            + " takes no connection"
            + (told ? ": " + e.getMessage() : "")
            + "; try again",
        e);
  }

  private static CustodyException anothers(Path socket, @Nullable Exception e) {
    return new CustodyException(
        Kind.DENIED,
        "the session bus at " + socket + " is another user's; correct DBUS_SESSION_BUS_ADDRESS",
        e);
  }

  private static CustodyException nobodyListens(BusAddress address, Exception e) {
    return new CustodyException(
        Kind.UNSUPPORTED,
        "nothing answers at " + address + ", where the session bus should be; " + A_BUS,
        e);
  }

  private static boolean isRefused(Throwable e) {
    return e instanceof ConnectException
        || (e.getCause() != null && e.getCause() != e && isRefused(e.getCause()));
  }

  /** The library reads no escapes, and would take another path for one with these characters. */
  private static Path plain(Path socket) {
    if (socket.toString().matches(".*[,;=%].*")) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the session bus listens at "
              + socket
              + ", and a path with one of , ; = % cannot be connected to; have it listen at another");
    }
    return socket;
  }

  /**
   * Whoever listens where the bus was would be given the key: another user must not. Root may have
   * made the socket for this user's bus; root's own bus takes no connection of another user.
   */
  private static void checkOwner(Path socket) throws IOException {
    if (UnixFile.isKnown(socket)) {
      int owner = UnixFile.of(socket).uid();
      if (owner != UnixFile.ownUid() && owner != UnixFile.ROOT) {
        throw anothers(socket, null);
      }
    }
  }

  private static boolean isOwn(Path socket) {
    try {
      return !UnixFile.isKnown(socket) || UnixFile.of(socket).uid() == UnixFile.ownUid();
    } catch (IOException e) {
      return true; // it is gone, and trying again tells
    }
  }

  /** Where libdbus and sd-bus look for it, too, in this order. */
  private static List<BusAddress> addresses() {
    String told = System.getenv("DBUS_SESSION_BUS_ADDRESS");
    if (told != null && !told.isEmpty()) {
      return BusAddress.all(told);
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && Files.exists(Path.of(runtime, "bus"))) {
      return List.of(BusAddress.of(Path.of(runtime, "bus")));
    }
    throw new CustodyException(
        Kind.UNSUPPORTED,
        "there is no session bus here, and so no Secret Service: DBUS_SESSION_BUS_ADDRESS is not"
            + " set; "
            + A_BUS);
  }

  /**
   * Calls a method and waits for the answer.
   *
   * @param signature of the arguments
   * @return what it answered
   * @throws BusException when it refused
   * @throws CustodyException TIMEOUT
   */
  Object[] call(
      Deadline deadline,
      String path,
      String type,
      String method,
      String signature,
      Object... arguments)
      throws BusException {
    String what = type + "." + method;
    deadline.check("the Secret Service");
    try {
      MethodCall call =
          connection
              .getMessageFactory()
              .createMethodCall(
                  null,
                  service,
                  path,
                  type,
                  method,
                  (byte) 0,
                  signature.isEmpty() ? null : signature,
                  arguments);
      connection.sendMessage(call);
      Message answer = call.getReply(1 + deadline.remainingNanos() / 1_000_000);
      if (answer == null) {
        deadline.check("the Secret Service");
        throw new BusException(what, "org.freedesktop.DBus.Error.NoReply", "");
      }
      hasAnswered = true;
      if (answer instanceof Error refused) {
        throw new BusException(what, name(refused), text(refused));
      }
      return answer.getParameters();
    } catch (DBusException | DBusExecutionException e) {
      if (!hasAnswered && !isOwn(socket)) {
        throw anothers(socket, e);
      }
      throw new BusException(what, e.getClass().getName(), String.valueOf(e.getMessage()));
    }
  }

  private static String name(Error refused) {
    String name = refused.getName();
    return name == null ? "no name" : name;
  }

  private static String text(Error refused) throws DBusException {
    Object[] told = refused.getParameters();
    return told != null && told.length > 0 && told[0] instanceof String text ? text : "";
  }

  /** Listens for the next signal of an object; to be closed. */
  Ear listen(String path, String type, String signal) throws BusException {
    DBusMatchRule rule =
        DBusMatchRuleBuilder.create()
            .withType("signal")
            .withPath(path)
            .withInterface(type)
            .withMember(signal)
            .build();
    BlockingQueue<DBusSignal> heard = new ArrayBlockingQueue<>(1);
    try {
      return new Ear(heard, connection.addGenericSigHandler(rule, heard::offer));
    } catch (DBusException e) {
      throw new BusException("AddMatch", e.getClass().getName(), String.valueOf(e.getMessage()));
    }
  }

  /** Waits for one signal. */
  static final class Ear implements AutoCloseable {
    private final BlockingQueue<DBusSignal> heard;
    private final AutoCloseable handler;

    private Ear(BlockingQueue<DBusSignal> heard, AutoCloseable handler) {
      this.heard = heard;
      this.handler = handler;
    }

    /** What the signal says; empty when it does not come within the limit. */
    Optional<Object[]> hear(Duration limit) throws BusException, InterruptedException {
      try {
        DBusSignal signal = heard.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        return signal == null ? Optional.empty() : Optional.of(signal.getParameters());
      } catch (DBusException e) {
        throw new BusException("signal", e.getClass().getName(), String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void close() {
      try {
        handler.close();
      } catch (Exception e) {
        return; // the connection is closed soon
      }
    }
  }

  /** Who has the service's name, by the name that no other connection gets; empty for nobody. */
  String owner() {
    try {
      return connection.isConnected() ? connection.getDBusOwnerName(service) : "";
    } catch (DBusExecutionException e) {
      return "";
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException | RuntimeException e) {
      return; // nothing is asked of it any more
    }
  }
}
