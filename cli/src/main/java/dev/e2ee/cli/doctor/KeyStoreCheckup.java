package dev.e2ee.cli.doctor;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.SlotInfo;
import dev.e2ee.custody.file.SlotType;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a key store is. Nothing is unlocked and nobody is asked for anything. */
final class KeyStoreCheckup {
  private final List<Finding> findings = new ArrayList<>();

  private KeyStoreCheckup() {}

  static List<Finding> of(CustodyUri uri) {
    KeyStoreCheckup checkup = new KeyStoreCheckup();
    try (KeyCustody custody = Custodies.installed().open(uri, CustodyOptions.defaults())) {
      checkup.look(uri, custody);
    } catch (CustodyException e) {
      checkup.findings.add(
          switch (e.kind()) {
            case MISSING ->
                Finding.warn("keys", "there is no key store at " + uri.location() + ": e2ee init");
            case LOCKED ->
                Finding.ok("keys", "what it holds is seen when it is unlocked: e2ee key list");
            default -> Finding.fail("keys", e.kind() + ": " + e.getMessage());
          });
    }
    return checkup.findings;
  }

  private void look(CustodyUri uri, KeyCustody custody) {
    health(uri, custody.health());
    if (uri.scheme().equals("file")) {
      permissions(Path.of(uri.path()).toAbsolutePath());
    }
    findings.add(
        custody.info().persistsUses()
            ? Finding.ok("uses", "wraps are counted in the key store, across processes")
            : Finding.warn(
                "uses", "wraps are counted in each process only: rotate long before 2^32 of them"));
    keys(custody);
    if (custody instanceof KeyFile file) {
      slots(file.slots());
    }
  }

  private void health(CustodyUri uri, Health health) {
    findings.add(
        switch (health.status()) {
          case READY, LOCKED -> Finding.ok("keys", uri.location() + " is " + health.detail());
          case UNAVAILABLE -> Finding.fail("keys", uri.location() + ": " + health.detail());
        });
  }

  /** Opening has refused wrong permissions already, where the file system tells them. */
  private void permissions(Path file) {
    findings.add(
        file.getFileSystem().supportedFileAttributeViews().contains("unix")
            ? Finding.ok("access", "only its owner can read the key file or replace it")
            : Finding.warn(
                "access",
                "this system does not tell who else can read the key file: check it by hand"));
  }

  private void keys(KeyCustody custody) {
    List<KeyDescription> keys = custody.list();
    if (keys.stream().noneMatch(key -> key.state() == KeyState.PRIMARY)) {
      findings.add(Finding.warn("keys", "no key to seal with: e2ee key generate NAME"));
    }
    for (KeyDescription key : keys) {
      if (key.state() == KeyState.PENDING) {
        findings.add(
            Finding.warn(
                "keys", "a rotation of '" + key.name() + "' was cut off: rotate it again"));
      }
    }
  }

  private void slots(List<SlotInfo> slots) {
    List<SlotType> types = slots.stream().map(SlotInfo::type).toList();
    findings.add(
        types.size() == 1
            ? Finding.warn(
                "slots",
                "one way to open the file ("
                    + types.get(0)
                    + "): if it is lost the keys are lost; add one with e2ee key add-slot"
                    + (new E2eeProvider().isApprovedOnly() ? " --raw" : ""))
            : Finding.ok("slots", types.size() + " ways to open the file: " + types));
    if (types.contains(SlotType.RAW)) {
      findings.add(
          Finding.warn(
              "slots", "whoever can read the slot-key file has the keys: keep it off backups"));
    }
  }
}
