package dev.e2ee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code device} and {@code fingerprint}: two devices with stores of their own. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directories
@Tag("once")
class DeviceCommandsTest {
  @TempDir Path laptopHome;
  @TempDir Path phoneHome;
  @TempDir Path wire;

  private Cli laptop;
  private Cli phone;

  @BeforeEach
  void makeDevices() throws Exception {
    laptop = new Cli(laptopHome).initRaw();
    phone = new Cli(phoneHome).initRaw();
    laptop.run("device", "init", "laptop", "--user", "ann").exits(0);
    phone
        .run("device", "init", "phone", "--user", "ann", "--key", "shared", "--curve25519")
        .exits(0);
  }

  private String on(String name) {
    return wire.resolve(name).toString();
  }

  /** Up to where both show a fingerprint; gives the new device's. */
  private String untilCompared(Cli next) throws Exception {
    next.run("device", "request", "-o", on("d.request"), "--force").exits(0);
    laptop.run("device", "approve", on("d.request"), "--force").exits(0);
    JsonNode offered =
        next.run("device", "accept", on("d.offer"), "--json", "--force").exits(0).json();
    JsonNode shown = laptop.run("device", "approve", on("d.reveal"), "--json").exits(0).json();
    assertFalse(shown.required("approved").booleanValue());
    assertEquals(offered.required("fingerprint"), shown.required("fingerprint"));
    assertFalse(Files.exists(wire.resolve("d.approval")));
    String fingerprint = next.run("fingerprint").exits(0).text().strip();
    assertEquals(offered.required("fingerprint").textValue(), fingerprint);
    return fingerprint;
  }

  private void join(Cli next) throws Exception {
    String fingerprint = untilCompared(next);
    laptop
        .run("device", "approve", on("d.reveal"), "--fingerprint", fingerprint, "--force")
        .exits(0);
    Cli.Result early = next.run("device", "accept", on("d.approval"));
    assertTrue(early.exits(2).err().contains(fingerprint), early.err());
    next.run("device", "accept", on("d.approval"), "--fingerprint", fingerprint).exits(0);
    Files.delete(wire.resolve("d.approval"));
  }

  private static String state(Cli cli, String id) throws Exception {
    return StreamSupport.stream(
            cli.run("device", "list", "--json").exits(0).json().spliterator(), false)
        .filter(d -> d.required("id").textValue().equals(id))
        .findFirst()
        .orElseThrow()
        .required("state")
        .textValue();
  }

  private String seal(Cli cli, String name, String key) throws Exception {
    Path file = Files.writeString(wire.resolve(name), name);
    cli.run("seal", file.toString(), "--user", "ann", "--type", "t", "--id", name, "--key", key)
        .exits(0);
    return file + ".e2ee";
  }

  private static Cli.Result open(Cli cli, String sealed, String id) {
    return cli.run("open", sealed, "-o", "-", "--user", "ann", "--type", "t", "--id", id);
  }

  @Test
  void aSecondDeviceOpensWhatTheFirstHasSealed() throws Exception {
    join(phone);
    assertEquals("ACTIVE", state(laptop, "phone"));
    assertEquals("ACTIVE", state(phone, "laptop"));
    assertArrayEquals(
        "one".getBytes(UTF_8), open(phone, seal(laptop, "one", "default"), "one").exits(0).out());
    assertArrayEquals(
        "two".getBytes(UTF_8), open(laptop, seal(phone, "two", "shared"), "two").exits(0).out());
    String text = laptop.run("device", "list").exits(0).text();
    assertTrue(text.contains("laptop  (this one)"), text);
    // The handshakes are over.
    phone.run("fingerprint").exits(7);
    phone.run("device", "accept", on("d.offer"), "-o", on("x")).exits(7);
    laptop.run("device", "approve", on("d.reveal")).exits(7);
  }

  @Test
  void aRevokedDeviceOpensNothingNew() throws Exception {
    join(phone);
    Path thirdHome = Files.createDirectory(wire.resolve("third"));
    Cli tablet = new Cli(thirdHome).initRaw();
    tablet.run("device", "init", "tablet", "--user", "ann", "--key", "shared").exits(0);
    join(tablet);
    String before = seal(laptop, "before", "default");
    JsonNode revoked =
        laptop.run("device", "revoke", "phone", "--to", on("wraps"), "--json").exits(0).json();
    assertEquals(2, revoked.required("key").required("generation").intValue());
    assertEquals(1, revoked.required("wraps").size());
    String wrap = revoked.required("wraps").required("tablet").textValue();
    tablet.run("device", "accept", wrap, "--from", "laptop").exits(0);
    String after = seal(laptop, "after", "default");
    assertArrayEquals("after".getBytes(UTF_8), open(tablet, after, "after").exits(0).out());
    assertArrayEquals("before".getBytes(UTF_8), open(tablet, before, "before").exits(0).out());
    open(phone, after, "after").exits(4);
    phone.run("device", "accept", wrap, "--from", "laptop").exits(3);
    laptop.run("rewrap", before, "--user", "ann", "--type", "t", "--id", "before").exits(0);
    open(phone, before, "before").exits(4);
    assertEquals("REVOKED", state(laptop, "phone"));
    // A wrap of an older generation is not taken, and one of the same changes nothing.
    tablet.run("device", "accept", wrap, "--from", "laptop").exits(0);
    laptop.run("key", "rotate").exits(0);
    String newer =
        laptop
            .run("device", "wrap", "--to", on("wraps"), "--json")
            .exits(0)
            .json()
            .required("wraps")
            .required("tablet")
            .textValue();
    tablet.run("device", "accept", newer, "--from", "laptop").exits(0);
    Cli.Result old = tablet.run("device", "accept", wrap, "--from", "laptop");
    assertTrue(old.exits(3).err().contains("put back"), old.err());
    tablet.run("device", "accept", newer, "--from", "phone").exits(6);
    // It does not come back.
    laptop.run("device", "revoke", "phone", "--to", on("wraps")).exits(6);
    phone.run("device", "request", "-o", on("again")).exits(6);
    phone.run("device", "init", "phone", "--user", "ann", "--key", "other", "--force").exits(0);
    phone.run("device", "request", "-o", on("again")).exits(0);
    laptop.run("device", "approve", on("again"), "-o", on("a.offer")).exits(0);
    phone.run("device", "accept", on("a.offer"), "-o", on("a.reveal")).exits(0);
    laptop.run("device", "approve", on("a.reveal")).exits(3);
    laptop.run("device", "revoke", "laptop", "--to", on("wraps")).exits(2);
  }

  private Cli joinedTablet() throws Exception {
    Cli tablet = new Cli(Files.createDirectory(wire.resolve("third"))).initRaw();
    tablet.run("device", "init", "tablet", "--user", "ann", "--key", "shared").exits(0);
    join(tablet);
    return tablet;
  }

  /** Re-wrapping belongs to it: a record that fails keeps it open, and a repetition ends it. */
  @Test
  void aRevocationEndsWhenAllRecordsHaveMoved() throws Exception {
    join(phone);
    Cli tablet = joinedTablet();
    Path notes = Files.createDirectories(wire.resolve("records/notes"));
    for (int i = 0; i < 5; i++) {
      Path file = Files.writeString(notes.resolve("n" + i), "note " + i);
      laptop
          .run("seal", file.toString(), "--user", "ann", "--type", "t", "--id", "notes/n" + i)
          .exits(0);
      Files.delete(file);
    }
    String[] revoke = {
      "device",
      "revoke",
      "phone",
      "--to",
      on("wraps"),
      "--records",
      on("records"),
      "--user",
      "ann",
      "--type",
      "t",
      "--id-from-path",
      "--json"
    };
    Path damaged = notes.resolve("n2.e2ee");
    byte[] good = Files.readAllBytes(damaged);
    byte[] bad = good.clone();
    bad[40] ^= 1;
    Files.write(damaged, bad);
    Cli.Result partly = laptop.run(revoke);
    assertEquals(4, partly.exits(8).json().required("records").required("rewrapped").intValue());
    assertTrue(laptop.run("device", "list").exits(0).err().contains("not finished"));
    laptop.run("device", "revoke", "tablet", "--to", on("wraps")).exits(6);
    Files.write(damaged, good);
    JsonNode done = laptop.run(revoke).exits(0).json();
    assertEquals(2, done.required("key").required("generation").intValue());
    assertEquals(1, done.required("records").required("rewrapped").intValue());
    assertEquals(4, done.required("records").required("alreadyCurrent").intValue());
    assertEquals("", laptop.run("device", "list").exits(0).err());
    String wrap = done.required("wraps").required("tablet").textValue();
    tablet.run("device", "accept", wrap, "--from", "laptop").exits(0);
    for (int i = 0; i < 5; i++) {
      String record = notes.resolve("n" + i + ".e2ee").toString();
      open(phone, record, "notes/n" + i).exits(4);
      assertArrayEquals(
          ("note " + i).getBytes(UTF_8), open(tablet, record, "notes/n" + i).exits(0).out());
    }
    laptop.run(revoke).exits(6);
    laptop.run("device", "revoke", "tablet", "--to", on("wraps"), "--records", on("none")).exits(7);
    assertEquals("ACTIVE", state(laptop, "tablet"), "refused before anything is decided");
  }

  /** The states in which a kill leaves the files, put together from a run that went through. */
  @Test
  void aRevocationThatWasCutOffGoesOn() throws Exception {
    join(phone);
    Path home = laptopHome.resolve(".local/share/e2ee");
    Path keys = home.resolve("keys.e2ee");
    Path registry = home.resolve("keys.e2ee.device/registry.e2ee");
    Path pending = home.resolve("keys.e2ee.device/revocation.pending");
    String[] revoke = {
      "device", "revoke", "phone", "--to", on("wraps"), "--records", on("damaged.e2ee"), "--json"
    };
    Files.writeString(wire.resolve("damaged.e2ee"), "keeps it open");
    byte[] activePhone = Files.readAllBytes(registry);
    byte[] oneGeneration = Files.readAllBytes(keys);
    laptop.run(revoke).exits(3);
    byte[] revokedPhone = Files.readAllBytes(registry);
    byte[] twoGenerations = Files.readAllBytes(keys);
    assertTrue(Files.exists(pending));
    String[] end = {"device", "revoke", "phone", "--to", on("wraps"), "--json"};
    byte[] begun = Files.readAllBytes(pending);
    // Before the registry was kept; the phone may have got what was rotated meanwhile.
    assertEquals(3, generationAfter(end, registry, activePhone, keys, twoGenerations));
    assertEquals("REVOKED", state(laptop, "phone"));
    Files.write(pending, begun);
    // Before the rotation, and behind it.
    assertEquals(2, generationAfter(end, registry, revokedPhone, keys, oneGeneration));
    assertFalse(Files.exists(pending));
    Files.write(pending, begun);
    assertEquals(2, generationAfter(end, registry, revokedPhone, keys, twoGenerations));
    laptop.run(end).exits(6);
  }

  private int generationAfter(
      String[] command, Path registry, byte[] devices, Path keys, byte[] generations)
      throws Exception {
    Files.write(registry, devices);
    Files.write(keys, generations);
    return laptop.run(command).exits(0).json().required("key").required("generation").intValue();
  }

  /** A device that came after a rotation: older generations open there, and do not seal. */
  @Test
  void olderGenerationsComeWhenTheyAreAskedFor() throws Exception {
    String first = seal(laptop, "first", "default");
    laptop.run("key", "rotate").exits(0);
    String second = seal(laptop, "second", "default");
    laptop.run("key", "rotate").exits(0);
    join(phone);
    open(phone, first, "first").exits(4);
    JsonNode written =
        laptop.run("device", "wrap", "--older", "--to", on("wraps"), "--json").exits(0).json();
    assertEquals(2, written.required("older").size());
    String newest = written.required("wraps").required("phone").textValue();
    phone.run("device", "accept", newest, "--from", "laptop", "--older").exits(0);
    for (JsonNode generation : written.required("older")) {
      String wrap = generation.required("phone").textValue();
      phone.run("device", "accept", wrap, "--from", "laptop").exits(3);
      phone.run("device", "accept", wrap, "--from", "laptop", "--older").exits(0);
    }
    assertArrayEquals("first".getBytes(UTF_8), open(phone, first, "first").exits(0).out());
    assertArrayEquals("second".getBytes(UTF_8), open(phone, second, "second").exits(0).out());
    Cli.Result info = phone.run("inspect", seal(phone, "third", "shared"), "--json");
    assertEquals(3, info.exits(0).json().get(0).required("generation").intValue());
    phone.run("device", "accept", on("d.offer"), "--older").exits(2);
  }

  @Test
  void whatADeviceKeepsIsNoRecord() throws Exception {
    Path home = laptopHome.resolve(".local/share/e2ee");
    JsonNode tally =
        laptop
            .run("rewrap", home.toString(), "--dry-run", "--json", "--aad", "any")
            .exits(0)
            .json();
    assertEquals(0, tally.required("failed").size());
    assertEquals(0, tally.required("alreadyCurrent").intValue());
  }

  @Test
  void anOtherFingerprintEndsTheHandshake() throws Exception {
    String fingerprint = untilCompared(phone);
    String wrong = (fingerprint.startsWith("2") ? "3" : "2") + fingerprint.substring(1);
    Cli.Result refused = laptop.run("device", "approve", on("d.reveal"), "--fingerprint", wrong);
    assertTrue(refused.exits(3).err().contains("fingerprints differ"), refused.err());
    assertFalse(Files.exists(wire.resolve("d.approval")));
    laptop.run("device", "approve", on("d.reveal"), "--fingerprint", fingerprint).exits(7);
  }

  /** The command that brought the key was cut off before it had kept whom it came from. */
  @Test
  void aKeyThatHasArrivedBeforeIsNoObstacle() throws Exception {
    Path device = phoneHome.resolve(".local/share/e2ee/keys.e2ee.device");
    String fingerprint = untilCompared(phone);
    laptop.run("device", "approve", on("d.reveal"), "--fingerprint", fingerprint).exits(0);
    byte[] registry = Files.readAllBytes(device.resolve("registry.e2ee"));
    byte[] pending = Files.readAllBytes(device.resolve("join.pending"));
    phone.run("device", "accept", on("d.approval"), "--fingerprint", fingerprint).exits(0);
    Files.write(device.resolve("registry.e2ee"), registry);
    Files.write(device.resolve("join.pending"), pending);
    phone.run("device", "accept", on("d.approval"), "--fingerprint", fingerprint).exits(0);
    assertEquals("ACTIVE", state(phone, "laptop"));
    assertFalse(Files.exists(device.resolve("join.pending")));
  }

  /** An offer is taken once, and the same one gives the same reveal. */
  @Test
  void anOfferIsTakenOnce() throws Exception {
    String fingerprint = untilCompared(phone);
    phone.run("device", "accept", on("d.offer"), "--force").exits(0);
    assertEquals(fingerprint, phone.run("fingerprint").exits(0).text().strip());
    laptop.run("device", "approve", on("d.request"), "-o", on("second.offer")).exits(0);
    phone.run("device", "accept", on("second.offer")).exits(3);
    assertFalse(Files.exists(wire.resolve("second.reveal")));
    String wrong = (fingerprint.startsWith("2") ? "3" : "2") + fingerprint.substring(1);
    laptop.run("device", "approve", on("d.reveal")).exits(3);
    byte[] approval = Files.readAllBytes(wire.resolve("d.offer"));
    approval[5] = 4;
    Files.write(wire.resolve("d.approval"), approval);
    phone.run("device", "accept", on("d.approval"), "--fingerprint", wrong).exits(3);
    phone.run("fingerprint").exits(7);
    phone.run("device", "request", "-o", on("r2")).exits(0);
    phone.run("device", "accept", on("d.approval"), "--fingerprint", wrong).exits(7);
  }

  @Test
  void filesOfOthersAndKeysThatAreThereAreLeftAlone() throws Exception {
    laptop.run("device", "init", "other", "--user", "ann").exits(7);
    laptop.run("device", "init", "other", "--user", "", "--force").exits(2);
    laptop
        .run("device", "init", "other", "--user", "ann", "--key", "e2ee-device-seal", "--force")
        .exits(2);
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(
                laptopHome.resolve(".local/share/e2ee/keys.e2ee.device"))));
    Path text = Files.writeString(wire.resolve("text"), "no message");
    laptop.run("device", "approve", text.toString()).exits(3);
    phone.run("device", "accept", text.toString()).exits(3);
    phone.run("device", "request", "-o", on("r")).exits(0);
    phone.run("device", "request", "-o", on("r")).exits(7);
    laptop.run("device", "request", "-o", on("l")).exits(6);
    phone.run("device", "accept", on("r")).exits(2);
    phone.run("fingerprint").exits(7);
    new Cli(Files.createDirectory(wire.resolve("bare"))).initRaw().run("device", "list").exits(6);
    laptop.run("device").exits(2);
    Files.copy(
        laptopHome.resolve(".local/share/e2ee/keys.e2ee.device/identity.e2ee"),
        phoneHome.resolve(".local/share/e2ee/keys.e2ee.device/identity.e2ee"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    phone.run("device", "list").exits(3);
  }
}
