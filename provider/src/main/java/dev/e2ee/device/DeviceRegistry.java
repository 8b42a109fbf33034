package dev.e2ee.device;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.internal.device.RegistryFormat;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.key.UserMasterKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * The devices of a user that this device knows, each with the public keys that were pinned when
 * people compared a fingerprint. A server's list of devices is nothing beside it. Safe for use by
 * many threads.
 *
 * <p>Each device is pending, then active, then revoked; from pending it may be revoked at once.
 * Nothing leads back: a device that returns is a new one, with a new id and new keys.
 */
public final class DeviceRegistry {
  /** Where a device is in its life. */
  public enum State {
    /** Its keys are known; people have not compared a fingerprint yet. */
    PENDING(1),
    /** It is one of the user's: UMKs are wrapped for it, its approvals count. */
    ACTIVE(2),
    /** It was one; nothing is wrapped for it any more, and nothing that it signs counts. */
    REVOKED(3);

    private final int number;

    State(int number) {
      this.number = number;
    }

    /** The number in what is stored. */
    public int number() {
      return number;
    }
  }

  /**
   * One device.
   *
   * @param since when it came into this state, to the second
   */
  public record Entry(DevicePublicKeys keys, State state, Instant since) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** One without devices. */
  public DeviceRegistry() {}

  /**
   * Adds a device, pending.
   *
   * @throws IllegalStateException when there is one with its id, or with one of its keys, in
   *     whatever state
   */
  public synchronized void add(DevicePublicKeys keys) {
    known(keys)
        .ifPresent(
            entry -> {
              throw new IllegalStateException(refusal(entry));
            });
    put(keys, State.PENDING);
  }

  private Optional<Entry> known(DevicePublicKeys keys) {
    return entries.values().stream()
        .filter(entry -> Peers.shareAnything(entry.keys(), keys))
        .findFirst();
  }

  private static String refusal(Entry entry) {
    return "the device "
        + entry.keys().shownId()
        + " is known by this id or key already, as "
        + entry.state()
        + "; a device that returns takes a new id and new keys";
  }

  /**
   * Does nothing for a device that may join: unknown, or known by just these keys and not revoked.
   *
   * @throws JoinRefusedException for any other
   */
  // [device-23]
  synchronized void requireAdmissible(DevicePublicKeys keys) throws JoinRefusedException {
    Optional<Entry> known = known(keys);
    if (known.isPresent() && !isLive(known.get(), keys)) {
      throw new JoinRefusedException(refusal(known.get()));
    }
  }

  private static boolean isLive(Entry entry, DevicePublicKeys keys) {
    return entry.state() != State.REVOKED && entry.keys().equals(keys);
  }

  /** Makes a device active whose fingerprint was compared. */
  synchronized void pin(DevicePublicKeys keys) throws JoinRefusedException {
    requireAdmissible(keys);
    if (known(keys).filter(entry -> entry.state() == State.ACTIVE).isEmpty()) {
      put(keys, State.ACTIVE);
    }
  }

  /**
   * People have compared its fingerprint.
   *
   * @param keys that they compared
   * @throws IllegalStateException when no device with just these keys is pending
   */
  public synchronized void activate(DevicePublicKeys keys) {
    if (!require(keys.deviceId(), State.PENDING).keys().equals(keys)) {
      throw new IllegalStateException(
          "the device " + keys.shownId() + " is pending with other keys");
    }
    put(keys, State.ACTIVE);
  }

  /**
   * It is no longer one of the user's. Rotate the UMK now, and wrap the new generation {@linkplain
   * #wrapForOthers for the others}: this device has the old one.
   *
   * @throws IllegalStateException when it is revoked already
   */
  public synchronized void revoke(String deviceId) {
    put(require(deviceId, State.PENDING, State.ACTIVE).keys(), State.REVOKED);
  }

  /**
   * Does nothing for a device that can be revoked.
   *
   * @throws IllegalStateException when it is not known, or revoked already
   */
  public synchronized void requireRevocable(String deviceId) {
    Entry unused = require(deviceId, State.PENDING, State.ACTIVE);
  }

  private Entry require(String deviceId, State... allowed) {
    Entry entry =
        find(deviceId)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no device has the id " + Identifier.shown(deviceId)));
    if (!List.of(allowed).contains(entry.state())) {
      throw new IllegalStateException(
          "the device " + entry.keys().shownId() + " is " + entry.state());
    }
    return entry;
  }

  private void put(DevicePublicKeys keys, State state) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    entries.put(keys.deviceId(), new Entry(keys, state, now));
  }

  /** The device with this id, in whatever state. */
  public synchronized Optional<Entry> find(String deviceId) {
    return Optional.ofNullable(entries.get(deviceId));
  }

  /**
   * The pinned keys of an active device, to unwrap what it has signed.
   *
   * @throws IllegalStateException when there is none with this id, or it is not active
   */
  public DevicePublicKeys approver(String deviceId) {
    return require(deviceId, State.ACTIVE).keys();
  }

  /** All devices, in the order in which they came. */
  public synchronized List<Entry> list() {
    return List.copyOf(entries.values());
  }

  /**
   * Wraps a UMK for every active device but this one: after a rotation.
   *
   * @return by device id
   */
  public Map<String, byte[]> wrapForOthers(UserMasterKey umk, String userId, DeviceIdentity self) {
    Map<String, byte[]> wraps = new LinkedHashMap<>();
    for (Entry entry : list()) {
      String deviceId = entry.keys().deviceId();
      if (entry.state() == State.ACTIVE && !deviceId.equals(self.publicKeys().deviceId())) {
        wraps.put(deviceId, DeviceWrap.wrap(umk, userId, entry.keys(), self));
      }
    }
    return wraps;
  }

  private static RecordContext context(String deviceId) {
    return RecordContext.of(deviceId, "e2ee-device-registry", "v1");
  }

  /**
   * The registry as an envelope, under a key of this device's own custody. Under a UMK any device
   * of the user's, a revoked one too, could make another.
   *
   * @param deviceId this device's
   */
  public byte[] seal(Envelope envelope, String deviceId) {
    return envelope.seal(RegistryFormat.encode(list()), context(deviceId));
  }

  /**
   * Reads {@link #seal}. It cannot tell that an older one was put back: keep the file where only
   * this device writes.
   *
   * @throws AEADBadTagException when it is not authentic, or of another device
   * @throws MalformedMessageException when what is sealed is no registry
   */
  public static DeviceRegistry open(byte[] sealed, Envelope envelope, String deviceId)
      throws AEADBadTagException, MalformedMessageException {
    DeviceRegistry registry = new DeviceRegistry();
    for (Entry entry : RegistryFormat.decode(envelope.open(sealed, context(deviceId)))) {
      if (registry.known(entry.keys()).isPresent()) {
        throw new MalformedMessageException("not a device registry: a device stands in it twice");
      }
      registry.entries.put(entry.keys().deviceId(), entry);
    }
    return registry;
  }
}
