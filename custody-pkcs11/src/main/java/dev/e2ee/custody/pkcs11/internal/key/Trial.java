package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.custody.pkcs11.internal.session.Epoch;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a token can do, tried with keys that end with their session; what it claims proves nothing.
 */
public final class Trial {
  /** What a key for a trial is named where it has to be one of the token's. [token-23] */
  private static final String NAME = "e2ee-trial";

  private final Connection connection;
  private final Works works;
  private final Engine engine;
  private final Optional<KeyUse> wanted;
  private final Map<KeyKind, Outcome> outcomes = new ConcurrentHashMap<>();

  /** Whether the token had no keys that end with a session. */
  private volatile boolean inToken;

  private volatile boolean swept;

  /**
   * For one token.
   *
   * @param wanted the one use of UMKs that is tried; without it, all of them in their order
   */
  public Trial(Connection connection, Works works, Engine engine, Optional<KeyUse> wanted) {
    this.connection = connection;
    this.works = works;
    this.engine = engine;
    this.wanted = wanted;
  }

  /**
   * What was tried of one kind, and how it went.
   *
   * @param proven the first use that passed
   * @param refused the ones before it, with what each failed at
   */
  private record Outcome(Optional<KeyUse> proven, Map<KeyUse, String> refused) {
    String reasons() {
      return refused.entrySet().stream()
          .map(one -> one.getKey().text() + ": " + one.getValue())
          .collect(Collectors.joining("; "));
    }
  }

  /** The first use of each kind that passed, tried at the first call. */
  public Set<KeyUse> proven() {
    Set<KeyUse> proven = EnumSet.noneOf(KeyUse.class);
    for (KeyKind kind : KeyKind.values()) {
      outcome(kind).proven().ifPresent(proven::add);
    }
    sweep();
    return proven;
  }

  /** The uses that did not pass, with what each failed at; tried at the first call. */
  public Map<KeyUse, String> refused() {
    Map<KeyUse, String> refused = new EnumMap<>(KeyUse.class);
    for (KeyKind kind : KeyKind.values()) {
      refused.putAll(outcome(kind).refused());
    }
    return refused;
  }

  /**
   * How a new key of this kind will work: the first use that passed. Only what such keys do is
   * tried, so that it does not matter how the token fails at the rest. [token-11]
   */
  public KeyUse useFor(KeyKind kind) {
    Outcome outcome = outcome(kind);
    return outcome.proven().orElseThrow(() -> cannotHold(kind, outcome));
  }

  private CustodyException cannotHold(KeyKind kind, Outcome outcome) {
    String which =
        kind == KeyKind.UMK && wanted.isPresent()
            ? " that wraps as wrap=" + wanted.get().text() + " in its URI asks for"
            : "";
    return new CustodyException(
        Kind.UNSUPPORTED,
        connection.where()
            + " was tried and cannot hold a key of the kind "
            + kind
            + which
            + " ("
            + outcome.reasons()
            + "): e2ee custody probe URI shows what it can do");
  }

  private Outcome outcome(KeyKind kind) {
    Outcome before = outcomes.get(kind);
    if (before != null) {
      return before;
    }
    Optional<KeyUse> proven = Optional.empty();
    Map<KeyUse, String> refused = new EnumMap<>(KeyUse.class);
    for (KeyUse use : KeyUse.values()) {
      if (use.kind() == kind && isMeant(use) && proven.isEmpty()) {
        Optional<String> why = refusal(use);
        why.ifPresent(text -> refused.put(use, text));
        proven = why.isPresent() ? Optional.empty() : Optional.of(use);
      }
    }
    Outcome found = new Outcome(proven, refused);
    outcomes.put(kind, found);
    return found;
  }

  /** What draws nothing is for those who ask for it. [token-11] */
  private boolean isMeant(KeyUse use) {
    return use.kind() != KeyKind.UMK
        || (wanted.isPresent() ? wanted.get() == use : use != KeyUse.KW);
  }

  /** After all of them: tpm2-pkcs11 confuses what it makes after it has deleted older objects. */
  private void sweep() {
    if (inToken && !swept) {
      swept = true;
      connection.<Boolean>run(
          Connection.Effect.NONE,
          (session, epoch) -> {
            sweep(session, epoch);
            return true;
          });
    }
  }

  /**
   * What the token does not do as it must; empty when it does everything.
   *
   * @throws CustodyException when it is sick, which says nothing of what it can do
   */
  private Optional<String> refusal(KeyUse use) {
    if (!connection.mechanisms().containsAll(works.of(use).mechanisms())) {
      return Optional.of("the token does not claim the mechanisms that it takes");
    }
    // What comes next in line is weaker, and a key stays what it was made as: one fault that passes
    // must not decide that. But what was once seen to open what is not authentic is out.
    Optional<Refusal> first = tried(use);
    boolean again = first.isPresent() && first.get().mayPass();
    return (again ? tried(use) : first).map(Refusal::why);
  }

  /**
   * Why a use did not pass.
   *
   * @param mayPass whether it was an error of the token, which may be none the next time
   */
  private record Refusal(String why, boolean mayPass) {}

  private Optional<Refusal> tried(KeyUse use) {
    try {
      connection.<Boolean>run(
          Connection.Effect.NONE,
          (session, epoch) -> {
            attempt(session, epoch, use);
            return true;
          });
      return Optional.empty();
    } catch (CustodyException e) {
      return switch (e.kind()) {
        case UNSUPPORTED, DENIED, TOO_LARGE, POLICY, MISSING ->
            Optional.of(
                e.getCause() instanceof CryptokiException answer
                    ? new Refusal(String.valueOf(answer.getMessage()), true)
                    : new Refusal(String.valueOf(e.getMessage()), false));
        case LOCKED,
            AUTH_FAILED,
            AUTH_LOCKED_OUT,
            CANCELLED,
            REMOVED,
            AMBIGUOUS,
            TRANSIENT,
            TIMEOUT,
            EXHAUSTED,
            INTEGRITY,
            CORRUPT,
            CONFLICT,
            CLOSED ->
            throw e;
      };
    }
  }

  private void attempt(CryptokiSession session, Epoch epoch, KeyUse use) throws CryptokiException {
    KeyWork work = works.of(use);
    KeyId id = KeyId.of(engine.random(KeyId.LENGTH));
    KeyLabel label = label(use);
    try {
      long handle = make(session, epoch, id, label);
      TokenKey made = new TokenKey(handle, id, label, Residency.ISOLATED);
      byte[] check = work.check(session, work.complete(session, made));
      work.test(session, new TokenKey(handle, id, label.checkedBy(check), Residency.ISOLATED));
    } finally {
      clear(session, work, id);
    }
  }

  private static KeyLabel label(KeyUse use) {
    return new KeyLabel(NAME, 1, KeyState.PENDING, use, Instant.now().getEpochSecond(), "");
  }

  /** The one use of UMKs that is tried, if not all are. */
  public Optional<KeyUse> wanted() {
    return wanted;
  }

  /** Whether a trial takes keys of the token, because it has none that end with a session. */
  public boolean isInToken() {
    return inToken;
  }

  /**
   * Does something with a key of its own, in as many threads as it likes; the key ends with it.
   *
   * @param work gets the key as the token shows it
   */
  public <T> T withKey(KeyUse use, Function<TokenKey, T> work) {
    KeyId id = KeyId.of(engine.random(KeyId.LENGTH));
    KeyLabel label = label(use);
    try {
      return work.apply(
          connection.run(
              Connection.Effect.CHANGES,
              (session, epoch) -> {
                long handle = make(session, epoch, id, label);
                return TokenReader.read(session, epoch.token(), handle)
                    .orElseThrow(
                        () ->
                            new CustodyException(
                                Kind.UNSUPPORTED, "the token does not show what it has made"));
              }));
    } finally {
      clearQuietly(works.of(use), id);
    }
  }

  /** What cannot be deleted now ends with its session. */
  private void clearQuietly(KeyWork work, KeyId id) {
    try {
      connection.<Boolean>run(
          Connection.Effect.NONE,
          (session, epoch) -> {
            clear(session, work, id);
            return true;
          });
    } catch (CustodyException e) {
      return; // the first error is the one to tell
    }
  }

  /** A key that ends with its session; a TPM has none such, and gets one that is deleted. */
  private long make(CryptokiSession session, Epoch epoch, KeyId id, KeyLabel label)
      throws CryptokiException {
    KeyWork work = works.of(label.use());
    try {
      return work.make(session, id, label.text(), false);
    } catch (CryptokiException e) {
      if (Ckr.kind(e.code()) != Kind.UNSUPPORTED) {
        throw e;
      }
    }
    clear(session, work, id);
    // [token-23]
    inToken = true;
    work.make(session, id, label.text(), true);
    return TokenReader.find(session, epoch.token(), id)
        .orElseThrow(
            () -> new CustodyException(Kind.UNSUPPORTED, "the token does not show what it makes"))
        .handle();
  }

  /** What a trial in the token has left that was cut off. [token-23] */
  private void sweep(CryptokiSession session, Epoch epoch) throws CryptokiException {
    for (TokenKey key : TokenReader.all(session, epoch.token())) {
      if (key.label().name().equals(NAME)) {
        Leftovers.sweptAway(session, works, key);
      }
    }
  }

  private static void clear(CryptokiSession session, KeyWork work, KeyId id)
      throws CryptokiException {
    List<Long> all = new ArrayList<>(work.parts(session, id));
    all.addAll(TokenReader.handles(session, id));
    for (long handle : all) {
      try {
        session.destroy(handle);
      } catch (CryptokiException e) {
        if (Ckr.damage(e.code()) != Ckr.Damage.NONE) {
          throw e;
        }
      }
    }
  }
}
