package dev.e2ee.cli.demo;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;

/**
 * A UMK in a token of SoftHSM, which stands for an HSM: nothing but the URI would be another. The
 * launcher has named the folder of the token, where SoftHSM looks for it.
 */
final class HsmDemonstration {
  private static final String PIN = "123456";
  private static final CustodyUri TOKEN =
      CustodyUri.parse("pkcs11:token=e2ee-demo?module-name=softhsm2");

  private final Story story;
  private final Path folder;
  private final E2eeProvider provider;

  HsmDemonstration(Story story, Path folder, E2eeProvider provider) {
    this.story = story;
    this.folder = folder;
    this.provider = provider;
  }

  /** Moves a note from the key file into the token; the note's file stays as it is. */
  void run(CustodyKey keyFile, SealedNote note) throws IOException, GeneralSecurityException {
    story.step("Keep a UMK in an HSM: SoftHSM stands for one here");
    try {
      makeToken();
      CustodyOptions pin = CustodyOptions.defaults().withCallbackHandler(HsmDemonstration::give);
      try (KeyCustody hsm = Custodies.installed().open(TOKEN, pin)) {
        hsm.unlock();
        move(keyFile, note, hsm.generate("default", KeyKind.UMK));
      }
    } finally {
      delete();
    }
  }

  private static void give(Callback[] callbacks) {
    for (Callback callback : callbacks) {
      ((PasswordCallback) callback).setPassword(PIN.toCharArray());
    }
  }

  private void makeToken() throws IOException {
    Path tokens = Files.createDirectory(folder.resolve("tokens"));
    Files.writeString(
        folder.resolve("softhsm2.conf"),
        "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
    List<String> command =
        List.of(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "e2ee-demo",
            "--pin",
            PIN,
            "--so-pin",
            PIN);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("softhsm2-util made no token: " + told.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the token was made", e);
    }
  }

  private void move(CustodyKey keyFile, SealedNote note, CustodyKey umk)
      throws IOException, GeneralSecurityException {
    KeyDescription made = umk.description();
    story.say(TOKEN + ": made in the token, id " + made.id() + ", " + made.residency());
    story.insist(umk.getEncoded() == null, "that the handle shows no key");
    story.say("it never leaves the token: getEncoded() is null, and there is no export");
    byte[] before = Files.readAllBytes(note.file());
    try (Envelope from = Envelope.with(keyFile, provider);
        Envelope opener = Envelope.with(umk, provider)) {
      byte[] after = from.rewrap(before, umk, note.context());
      EnvelopeInfo old = Envelope.inspect(before);
      EnvelopeInfo info = Envelope.inspect(after);
      story.insist(info.keyId().equals(made.id()), "that the token's key is named");
      story.insist(
          Arrays.equals(
              before, old.headerLength(), before.length, after, info.headerLength(), after.length),
          "that the body is the same");
      String text = new String(opener.open(after, note.context()), StandardCharsets.UTF_8);
      story.insist(text.equals(note.text()), "that the note says what was sealed");
      story.say(
          "note 1 re-wrapped from the key file into the token (wrapAlg "
              + info.wrapAlg()
              + "), and opened there: \""
              + text
              + "\"");
    }
  }

  private void delete() throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(folder)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
