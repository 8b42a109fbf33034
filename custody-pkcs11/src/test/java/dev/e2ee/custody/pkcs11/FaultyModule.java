package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.custody.pkcs11.internal.cryptoki.ModuleInfo;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A real module whose calls are counted, and some of which fail as they are told. */
final class FaultyModule implements Cryptoki {
  private final Cryptoki real;
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Map<String, Lie> lies = new ConcurrentHashMap<>();
  private final Set<Long> open = ConcurrentHashMap.newKeySet();
  private volatile UnaryOperator<Token> tokens = UnaryOperator.identity();
  private final Map<String, Runnable> events = new ConcurrentHashMap<>();
  private final AtomicInteger spoilt = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private volatile long slowNanos;
  private volatile boolean leaky;
  private volatile boolean reusing;
  private volatile boolean spoiltValues;
  private volatile boolean blankValues;
  private volatile boolean opensAnything;
  private volatile byte[] lastWrapped = new byte[0];
  private volatile long confused;
  private volatile Set<Attribute> hidden = Set.of();
  private final List<byte[]> values = new CopyOnWriteArrayList<>();

  FaultyModule(Cryptoki real) {
    this.real = real;
  }

  private record Fault(Ckr code, AtomicInteger left) {}

  private record Lie(UnaryOperator<byte[]> as, AtomicInteger left) {}

  /** The next signatures come with a bit changed. */
  void spoilSignatures(int times) {
    spoilt.set(times);
  }

  /** Every CKA_VALUE, such as what ECDH gave, comes with a bit changed from now on, or no more. */
  void spoilValues(boolean spoilt) {
    spoiltValues = spoilt;
  }

  /** Whatever it is given to unwrap, it unwraps what it has wrapped last: from now on, or not. */
  void openAnything(boolean now) {
    opensAnything = now;
  }

  /** What is created has the handle of this object from now on; 0 for its own. */
  void confuseWith(long object) {
    confused = object;
  }

  /** Every CKA_VALUE is as long as it should be, and empty: from now on, or no more. */
  void blankValues(boolean now) {
    blankValues = now;
  }

  /** Something is done before the next call of a function. */
  void before(String function, Runnable what) {
    events.put(function, what);
  }

  /** The next calls of a function answer this and do nothing. */
  void fail(String function, Ckr code, int times) {
    faults.put(function, new Fault(code, new AtomicInteger(times)));
  }

  /** The next calls of a function give this in place of what they should, and call it success. */
  void lie(String function, int times, UnaryOperator<byte[]> as) {
    lies.put(function, new Lie(as, new AtomicInteger(times)));
  }

  private byte[] told(String function, byte[] truth) {
    Lie lie = lies.get(function);
    return lie != null && lie.left().getAndDecrement() > 0 ? lie.as().apply(truth) : truth;
  }

  /** All faults are over. */
  void heal() {
    faults.clear();
    lies.clear();
  }

  /** Every CKA_VALUE that was read or given, in the very arrays that the caller has. */
  List<byte[]> values() {
    return values;
  }

  /** Private keys do not show these attributes from now on. */
  void hideOfPrivateKeys(Attribute... attributes) {
    hidden = Set.of(attributes);
  }

  /** Each C_Encrypt takes so much longer from now on. */
  void slow(Duration by) {
    slowNanos = by.toNanos();
  }

  /** Keys that are to stay are made so that they could leave: from now on, or no more. */
  void leak(boolean now) {
    leaky = now;
  }

  private Template made(Template key) {
    boolean isSecret = key.truth(Attribute.EXTRACTABLE).isPresent();
    return leaky && isSecret ? key.with(Attribute.EXTRACTABLE, true) : key;
  }

  /** Tokens tell something else of themselves. */
  void disguise(UnaryOperator<Token> as) {
    tokens = as;
  }

  /**
   * The next session gets the number of one that is open: the module has lost all of them without a
   * word.
   */
  void reuseANumber() {
    reusing = true;
  }

  /** A token that tells other things of itself. */
  static Token retold(Token real, long flags, boolean hardware, long maxSessions) {
    return new Token(
        real.slot(),
        real.label(),
        real.manufacturer(),
        real.model(),
        real.serial(),
        flags,
        hardware,
        maxSessions);
  }

  /** A token under another label. */
  static Token relabelled(Token real, String label) {
    return new Token(
        real.slot(),
        label,
        real.manufacturer(),
        real.model(),
        real.serial(),
        real.flags(),
        real.hardware(),
        real.maxSessions());
  }

  /** How many sessions are open in the module. */
  int openSessions() {
    return open.size();
  }

  /** How many were open at once. */
  int mostOpenSessions() {
    return mostOpen.get();
  }

  /** How often a function was called. */
  int calls(String function) {
    return calls.computeIfAbsent(function, name -> new AtomicInteger()).get();
  }

  private void enter(String function) throws CryptokiException {
    calls.computeIfAbsent(function, name -> new AtomicInteger()).incrementAndGet();
    Runnable event = events.remove(function);
    if (event != null) {
      event.run();
    }
    Fault fault = faults.get(function);
    if (fault != null && fault.left().getAndDecrement() > 0) {
      throw new CryptokiException(function, fault.code().code());
    }
  }

  @Override
  public void initialize() throws CryptokiException {
    enter("C_Initialize");
    real.initialize();
  }

  @Override
  public void end() throws CryptokiException {
    enter("C_Finalize");
    real.end();
  }

  @Override
  public ModuleInfo info() throws CryptokiException {
    return real.info();
  }

  @Override
  public long[] slots() throws CryptokiException {
    enter("C_GetSlotList");
    return real.slots();
  }

  @Override
  public Token token(long slot) throws CryptokiException {
    return tokens.apply(real.token(slot));
  }

  @Override
  public Set<Long> mechanisms(long slot) throws CryptokiException {
    return real.mechanisms(slot);
  }

  @Override
  public CryptokiSession open(long slot) throws CryptokiException {
    enter("C_OpenSession");
    return new Session(real.open(slot));
  }

  private final class Session implements CryptokiSession {
    private final CryptokiSession inner;
    private final long number;

    Session(CryptokiSession inner) {
      this.inner = inner;
      this.number = reusing ? open.iterator().next() : inner.number();
      reusing = false;
      open.add(number);
      mostOpen.accumulateAndGet(open.size(), Math::max);
    }

    @Override
    public long number() {
      return number;
    }

    @Override
    public void close() throws CryptokiException {
      enter("C_CloseSession");
      open.remove(number);
      inner.close();
    }

    @Override
    public void login(char[] pin) throws CryptokiException {
      enter("C_Login");
      inner.login(pin);
    }

    @Override
    public boolean loggedIn() throws CryptokiException {
      enter("C_GetSessionInfo");
      return inner.loggedIn();
    }

    @Override
    public List<Long> find(Template wanted) throws CryptokiException {
      enter("C_FindObjects");
      return inner.find(wanted);
    }

    @Override
    public Template read(long object, Attribute... wanted) throws CryptokiException {
      enter("C_GetAttributeValue");
      Attribute[] told =
          Arrays.stream(wanted)
              .filter(name -> !hidden.contains(name) || !isPrivateKey(object))
              .toArray(Attribute[]::new);
      Template shown = inner.read(object, told);
      shown.bytes(Attribute.VALUE).ifPresent(this::note);
      return shown;
    }

    private void note(byte[] value) {
      if (spoiltValues) {
        value[0] ^= 1;
      }
      if (blankValues) {
        Arrays.fill(value, (byte) 0);
      }
      values.add(value);
    }

    private boolean isPrivateKey(long object) {
      try {
        return inner
            .read(object, Attribute.CLASS)
            .number(Attribute.CLASS)
            .equals(Optional.of(Template.PRIVATE_KEY));
      } catch (CryptokiException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void write(long object, Template changed) throws CryptokiException {
      enter("C_SetAttributeValue");
      inner.write(object, changed);
    }

    @Override
    public void destroy(long object) throws CryptokiException {
      enter("C_DestroyObject");
      inner.destroy(object);
    }

    @Override
    public long create(Template object) throws CryptokiException {
      enter("C_CreateObject");
      object.bytes(Attribute.VALUE).ifPresent(values::add);
      long made = inner.create(object);
      return confused == 0 ? made : confused;
    }

    @Override
    public byte[] wrapKey(Mechanism mechanism, long wrapping, long key) throws CryptokiException {
      enter("C_WrapKey");
      byte[] wrapped = inner.wrapKey(mechanism, wrapping, key);
      lastWrapped = wrapped.clone();
      return told("C_WrapKey", wrapped);
    }

    @Override
    public long unwrapKey(Mechanism mechanism, long unwrapping, byte[] wrapped, Template key)
        throws CryptokiException {
      enter("C_UnwrapKey");
      return inner.unwrapKey(mechanism, unwrapping, opensAnything ? lastWrapped : wrapped, key);
    }

    @Override
    public long generate(Mechanism mechanism, Template key) throws CryptokiException {
      enter("C_GenerateKey");
      return inner.generate(mechanism, made(key));
    }

    @Override
    public Pair generatePair(Mechanism mechanism, Template publicKey, Template privateKey)
        throws CryptokiException {
      enter("C_GenerateKeyPair");
      return inner.generatePair(mechanism, publicKey, made(privateKey));
    }

    @Override
    public byte[] encrypt(Mechanism mechanism, long key, byte[] plaintext)
        throws CryptokiException {
      enter("C_Encrypt");
      LockSupport.parkNanos(slowNanos);
      return told("C_Encrypt", inner.encrypt(mechanism, key, plaintext));
    }

    @Override
    public byte[] decrypt(Mechanism mechanism, long key, byte[] ciphertext)
        throws CryptokiException {
      enter("C_Decrypt");
      return told("C_Decrypt", inner.decrypt(mechanism, key, ciphertext));
    }

    @Override
    public byte[] sign(Mechanism mechanism, long key, byte[] message) throws CryptokiException {
      enter("C_Sign");
      byte[] signature = told("C_Sign", inner.sign(mechanism, key, message));
      if (spoilt.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        signature[0] ^= 1;
      }
      return signature;
    }

    @Override
    public long derive(Mechanism mechanism, long key, Template derived) throws CryptokiException {
      enter("C_DeriveKey");
      return inner.derive(mechanism, key, derived);
    }
  }
}
