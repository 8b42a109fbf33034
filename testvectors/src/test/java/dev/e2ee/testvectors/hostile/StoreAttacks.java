package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.store.StoreCipher;
import dev.e2ee.store.StoreKeys;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/** What a server tries that keeps the records of a store under their encrypted names. */
final class StoreAttacks implements Attacks {
  private static final String ABOUT = "store";
  private static final String PATH = "notes/2026/november";
  private static final byte[] CONTENT = "the content of a note".getBytes(UTF_8);

  private final HostileServer server = new HostileServer();
  private final StoreKeys keys = StoreKeys.generate();
  private final StoreKeys others = StoreKeys.generate();
  private final StoreCipher store = StoreCipher.with(keys);

  StoreAttacks() {
    for (int revision = 1; revision <= 3; revision++) {
      server.put(store.name(PATH), store.seal(PATH, revision, CONTENT));
    }
    server.put(store.name("other"), store.seal("other", 1, CONTENT));
  }

  private byte[] newest() {
    return server.newest(store.name(PATH));
  }

  @Override
  public List<Attack> attacks() {
    return List.of(
        Attack.of(ABOUT, "reads records and their names", this::reads, 16),
        Attack.of(ABOUT, "waits for a record that is sealed as one was before", this::repeats, 8),
        Attack.of(
            ABOUT,
            "serves the record of another path",
            () -> opens(server.newest(store.name("other"))),
            9),
        Attack.of(ABOUT, "serves the record of another store", this::otherStore, 9),
        Attack.of(ABOUT, "serves an older write to who remembers a newer one", this::older, 10),
        Attack.of(ABOUT, "serves what a removed holder of the keys writes", this::removed, 10),
        Attack.of(ABOUT, "swaps the exports of two stores for a device", this::exports, 9),
        Attack.of(ABOUT, "changes each byte of a record in turn", this::changes, 3, 6),
        Attack.of(ABOUT, "changes each character of a name in turn", this::names, 3),
        Attack.of(ABOUT, "tells records by their lengths", this::lengths, 15),
        Attack.of(
            ABOUT,
            "serves a record in the place of an envelope",
            () -> refused(MalformedEnvelopeException.class, () -> Envelope.inspect(newest())),
            3),
        Attack.of(
            ABOUT, "serves a record of 18 MiB", () -> opens(Arrays.copyOf(newest(), 18 << 20)), 17),
        Attack.of(ABOUT, "serves a record cut at each length", this::cuts, 17));
  }

  private String opens(byte[] record) {
    return refused(GeneralSecurityException.class, () -> store.open(PATH, record));
  }

  private String reads() {
    assertFalse(server.hasSeen(CONTENT));
    assertFalse(store.name(PATH).contains("notes"));
    assertFalse(
        store.name("notes/a").substring(0, 20).equals(store.name("notes/b").substring(0, 20)));
    return "neither content nor path nor their beginnings are seen";
  }

  private String repeats() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      byte[] record = store.seal(PATH, 7, CONTENT);
      assertTrue(seen.add(new String(record, 36, 64, ISO_8859_1))); // salt and commitment
      assertTrue(seen.add(new String(record, 100, 16, ISO_8859_1))); // the first of the ciphertext
    }
    return "2,000 writes of one content at one revision share nothing";
  }

  private String otherStore() {
    return opens(StoreCipher.with(others).seal(PATH, 3, CONTENT));
  }

  private String older() throws Exception {
    byte[] old = server.version(store.name(PATH), 0);
    assertEquals(1, store.open(PATH, old).revision()); // who remembers nothing is told which it is
    return refused(AEADBadTagException.class, () -> store.open(PATH, old, 3));
  }

  private String removed() throws Exception {
    try (StoreKeys rotated = keys.rotate()) {
      byte[] planted = store.seal(PATH, 1000, CONTENT);
      StoreCipher after = StoreCipher.with(rotated);
      assertEquals(1, after.open(PATH, planted, 3).generation()); // who allows it is told which
      return refused(AEADBadTagException.class, () -> after.open(PATH, planted, 3, 2));
    }
  }

  private String exports() throws Exception {
    try (DeviceIdentity phone =
        DeviceIdentity.generate("phone", AgreementAlgorithm.X25519, SigningAlgorithm.ED25519)) {
      DevicePublicKeys own = phone.publicKeys();
      server.put("exports", keys.exportKey("private", own, phone));
      server.put("exports", others.exportKey("work", own, phone));
      byte[] work = server.newest("exports");
      StoreKeys.importKey(work, "work", phone, own, 1).close();
      return refused(
          AEADBadTagException.class, () -> StoreKeys.importKey(work, "private", phone, own, 1));
    }
  }

  private String changes() {
    String last = "";
    byte[] record = newest();
    for (int i = 0; i < record.length; i++) {
      last = opens(flipped(record, i));
    }
    return "each is refused; the last: " + last;
  }

  private String names() {
    String name = store.name(PATH);
    String last = "";
    for (int i = 0; i < name.length(); i++) {
      char other = name.charAt(i) == '0' ? '1' : '0';
      String changed = name.substring(0, i) + other + name.substring(i + 1);
      last = refused(GeneralSecurityException.class, () -> store.path(changed));
    }
    return "each is refused; the last: " + last;
  }

  private String lengths() {
    int length = store.sealPadded(PATH, 1, new byte[0]).length;
    for (int i = 1; i <= 252; i++) {
      assertEquals(length, store.sealPadded(PATH, 1, new byte[i]).length);
    }
    assertEquals(store.name("a").length(), store.name("abcdefghijklmno").length());
    return "padded, contents of up to 252 bytes have one length, and so have names in steps of 16";
  }

  private String cuts() {
    byte[] record = newest();
    String last = "";
    for (int i = 0; i < record.length; i++) {
      last = opens(Arrays.copyOf(record, i));
    }
    return "each is refused; the last: " + last;
  }

  @Override
  public Map<Integer, String> notHere() {
    return Map.of(
        1, "no key is wrapped in a record: it is derived, and committed to, rows 3 and 6",
        2, "no server's key opens or seals a record; what a device is sent is StoreKeysTest's");
  }

  @Override
  public void close() {
    keys.close();
    others.close();
  }
}
