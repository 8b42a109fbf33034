package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.file.internal.core.PassphraseText;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Damage;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeychainItemFormat;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotKeyFormat;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.PassphraseBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;

/**
 * Where the secret of an unlock comes from. What the caller names, a keychain's item, a slot key or
 * a passphrase source, is taken or fails. Else the caller's handler gives a passphrase, where the
 * file has a slot for one. A slot key beside the file comes last: whoever put it there must not
 * answer for the person.
 */
public final class SecretSource {
  private static final int MAX_TEXT = PassphraseBytes.MAX + 2;

  private static final String BY_ITS_URI = "a keychain keeps its key; open it by its keychain: URI";

  private final KeyFileStore store;
  private final Optional<String> passphraseSource;
  private final Optional<Path> passphraseFile;
  private final Optional<Path> slotKey;
  private final Optional<CallbackHandler> handler;
  private final Optional<KekHolder> item;
  private final Duration limit;

  /** A keychain's item, and nothing else. */
  public SecretSource(KeyFileStore store, KekHolder item, CustodyOptions options) {
    this(store, Optional.empty(), Optional.empty(), Optional.of(item), options);
  }

  /**
   * The source for a store, with what its URI's query says.
   *
   * @throws java.nio.file.InvalidPathException for a file that this system cannot have
   * @throws CustodyException POLICY when both are named
   */
  public SecretSource(
      KeyFileStore store,
      Optional<String> passphraseSource,
      Optional<Path> slotKey,
      CustodyOptions options) {
    this(store, passphraseSource, slotKey, Optional.empty(), options);
  }

  private SecretSource(
      KeyFileStore store,
      Optional<String> passphraseSource,
      Optional<Path> slotKey,
      Optional<KekHolder> item,
      CustodyOptions options) {
    if (passphraseSource.isPresent() && slotKey.isPresent()) {
      throw new CustodyException(
          Kind.POLICY, "slot-key and passphrase-source are both given; name the one to use");
    }
    this.store = store;
    this.passphraseSource = passphraseSource;
    this.passphraseFile =
        passphraseSource
            .filter(source -> source.startsWith("file:"))
            .map(source -> Path.of(source.substring(5)));
    this.slotKey = slotKey;
    this.handler = options.callbackHandler();
    this.item = item;
    this.limit = options.deadline();
  }

  /** One secret, wiped when it is closed. */
  static final class Secret implements AutoCloseable {
    private final int type;
    private final SecretBytes content;

    private Secret(int type, SecretBytes content) {
      this.type = type;
      this.content = content;
    }

    /** The type of the slots that it may open. */
    int type() {
      return type;
    }

    /** Whether it is a whole slot-key file, 62 bytes, and no passphrase. */
    boolean isSlotKey() {
      return type != SlotBody.OfPassphrase.TYPE;
    }

    /** Stays this object's. */
    SecretBytes content() {
      return content;
    }

    @Override
    public void close() {
      content.close();
    }
  }

  /**
   * The secret for a file; may ask a person, who takes their time.
   *
   * @throws CustodyException LOCKED when nobody gives one, CANCELLED when a person does not want to
   */
  Secret secret(KeyFileDocument document) {
    Optional<byte[]> kept = fromItem(document);
    if (kept.isPresent()) {
      return new Secret(SlotBody.OfKeychain.TYPE, SecretBytes.adopt(kept.get()));
    }
    Optional<byte[]> content = slotKey(document);
    if (content.isPresent()) {
      return new Secret(SlotBody.OfSlotKey.TYPE, SecretBytes.adopt(content.get()));
    }
    if (!hasPassphrase(document)) {
      throw locked(
          count(document, SlotBody.OfKeychain.TYPE) > 0
              ? BY_ITS_URI
              : "it has no slot for a passphrase; name its slot key: slot-key=PATH");
    }
    return new Secret(SlotBody.OfPassphrase.TYPE, passphrase());
  }

  private static boolean hasPassphrase(KeyFileDocument document) {
    return count(document, SlotBody.OfPassphrase.TYPE) > 0;
  }

  private static long count(KeyFileDocument document, int type) {
    return document.slots().stream().filter(slot -> slot.body().type() == type).count();
  }

  private Optional<byte[]> fromItem(KeyFileDocument document) {
    try {
      return fromItem(limit);
    } catch (CustodyException e) {
      throw new CustodyException(
          e.kind(),
          e.getMessage() + ". " + withoutTheItem(document),
          e,
          e.mayHaveTakenEffect(),
          e.nativeCode());
    }
  }

  /** How the file is opened when its item cannot be had, for a person. */
  public String withoutTheItem(KeyFileDocument document) {
    List<String> told = new ArrayList<>();
    long items = count(document, SlotBody.OfKeychain.TYPE);
    List<String> secrets = secrets(document);
    if (!secrets.isEmpty()) {
      told.add(
          "The key file opens by its "
              + String.join(" or its ", secrets)
              + (items > 0 ? " too: " : ": ")
              + CustodyUri.ofFile(store.file()).location());
    }
    if (items > 1) {
      told.add("Another item of a keychain opens " + store.file() + " too; name that in the URI");
    }
    if (document.slots().stream().anyMatch(slot -> slot.body() instanceof SlotBody.Opaque)) {
      told.add(store.file() + " has a slot too that a newer version of this program may open");
    }
    return told.isEmpty()
        ? "Nothing else opens the key file " + store.file()
        : String.join(". ", told);
  }

  /** By what a {@code file:} URI opens the file, for a person. */
  private static List<String> secrets(KeyFileDocument document) {
    List<String> found = new ArrayList<>();
    if (hasPassphrase(document)) {
      found.add("passphrase");
    }
    if (count(document, SlotBody.OfSlotKey.TYPE) > 0) {
      found.add("slot key");
    }
    return found;
  }

  /** What {@link #secret} needs for a file, for a person. */
  String needed(KeyFileDocument document) {
    boolean kept = count(document, SlotBody.OfKeychain.TYPE) > 0;
    if (item.isPresent()) {
      return kept
          ? "its key is " + item.get().description() + ", which unlocking reads"
          : "no slot of it is for a keychain. " + withoutTheItem(document);
    }
    return kept && secrets(document).isEmpty()
        ? BY_ITS_URI
        : "unlock it with a passphrase or slot key";
  }

  /** The item of a keychain that opens the file, when it is to be opened by one. */
  public Optional<KekHolder> item() {
    return item;
  }

  /** The slot key in the keychain's item, which the caller wipes; empty when none was named. */
  Optional<byte[]> fromItem(Duration limit) {
    return item.map(
        named -> {
          try (SecretBytes text = named.read(limit)) {
            return slotKey(named, text);
          }
        });
  }

  /** The slot key in an item's text, which the caller wipes. */
  static byte[] slotKey(KekHolder item, SecretBytes text) {
    try {
      return KeychainItemFormat.slotKey(text);
    } catch (CustodyException e) {
      throw Damage.in(item.description(), e);
    }
  }

  private Optional<byte[]> slotKey(KeyFileDocument document) {
    if (slotKey.isPresent()) {
      byte[] content = KeyFileStore.readHandedIn(slotKey.get(), SlotKeyFormat.LENGTH);
      return Optional.of(checked(slotKey.get(), content));
    }
    if (passphraseSource.isPresent() || (handler.isPresent() && hasPassphrase(document))) {
      return Optional.empty(); // [keyfile-46]
    }
    for (Slot slot : document.slots()) {
      Path beside = store.slotKeyPath(slot.head().id());
      if (slot.body() instanceof SlotBody.OfSlotKey
          && Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(checked(beside, store.readSecret(beside, SlotKeyFormat.LENGTH)));
      }
    }
    return Optional.empty();
  }

  private static byte[] checked(Path path, byte[] content) {
    try {
      SlotKeyFormat.check(content);
      return content;
    } catch (CustodyException e) {
      Arrays.fill(content, (byte) 0);
      throw Damage.in(path, e);
    }
  }

  private SecretBytes passphrase() {
    String source = passphraseSource.orElse("callback:");
    if (passphraseFile.isPresent()) {
      byte[] text = KeyFileStore.readHandedIn(passphraseFile.get(), MAX_TEXT);
      try {
        return PassphraseText.ofFile(text);
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    }
    if (source.startsWith("env:")) {
      String text = System.getenv(source.substring(4));
      if (text == null) {
        throw locked("the environment variable that passphrase-source names is not set");
      }
      char[] chars = text.toCharArray();
      try {
        return PassphraseText.of(chars);
      } finally {
        Arrays.fill(chars, '\0');
      }
    }
    return fromHandler();
  }

  private SecretBytes fromHandler() {
    PasswordCallback callback = new PasswordCallback("Passphrase of " + store.file() + ": ", false);
    try {
      handler
          .orElseThrow(() -> locked("no passphrase-source, slot key or callback handler was given"))
          .handle(new Callback[] {callback});
    } catch (IOException e) {
      throw new CustodyException(Kind.LOCKED, "the passphrase could not be asked for", e);
    } catch (UnsupportedCallbackException e) {
      throw new CustodyException(
          Kind.LOCKED, "the callback handler does not answer a PasswordCallback; give another", e);
    }
    char[] text = callback.getPassword();
    callback.clearPassword();
    if (text == null) {
      throw new CustodyException(
          Kind.CANCELLED, "no passphrase was given; " + store.file() + " stays locked");
    }
    try {
      return PassphraseText.of(text);
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private CustodyException locked(String why) {
    return new CustodyException(Kind.LOCKED, store.file() + " is locked: " + why);
  }

  /** The slot of a type whose key is kept elsewhere, with this id. [keyfile-49] */
  static Optional<Slot> slot(KeyFileDocument document, int type, Bytes id) {
    return document.slots().stream()
        .filter(slot -> slot.head().id().equals(id))
        .filter(slot -> slot.body().type() == type)
        .findFirst();
  }
}
