package dev.e2ee.cli.demo;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.custody.file.Passphrase;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** The life of three records and their key. Everything that is told has just happened. */
final class Demonstration {
  /** Known to everybody who reads this: good for a demonstration and nothing else. */
  private static final String PASSPHRASE = "a passphrase for the demonstration";

  private static final String KEY = "default";
  private static final List<String> TEXTS =
      List.of("Blood pressure 120 over 80", "Allergic to penicillin", "Next visit in May");

  private final Story story;
  private final Path directory;
  private final Optional<Path> hsm;
  private final E2eeProvider provider = new E2eeProvider();

  /** The FIPS profile has no Argon2id and no suite 1. */
  private final boolean profile = provider.isApprovedOnly();

  private final List<SealedNote> notes = new ArrayList<>();

  /**
   * Tells this story.
   *
   * @param directory for the files
   * @param hsm the folder of a token of SoftHSM, where there is one
   */
  Demonstration(Story story, Path directory, Optional<Path> hsm) {
    this.story = story;
    this.directory = directory;
    this.hsm = hsm;
  }

  /** All steps; ends normally only when each did what it says. */
  void run() throws IOException, GeneralSecurityException {
    try (KeyFile keys = makeKey()) {
      seal(keys.find(KEY));
      open(keys.find(KEY));
      refuseAltered(keys.find(KEY));
      refuseSwapped(keys.find(KEY));
      CustodyKey second = rotate(keys);
      rewrap(second, notes.subList(0, 2));
      openOld(second);
      retire(keys);
      if (hsm.isPresent()) {
        new HsmDemonstration(story, hsm.get(), provider).run(keys.find(KEY), notes.get(0));
      }
      new DeviceDemonstration(story, profile).run(keys, keys.find(KEY).description());
      if (!profile) { // invites and keyrings need X25519
        try (Envelope own = Envelope.with(keys.find(KEY))) {
          new GroupDemonstration(story, directory).run(own);
        }
      }
    }
  }

  private KeyFile makeKey() throws IOException {
    story.step("Make a user master key (UMK) in a key file");
    Path file = directory.resolve("keys.e2ee");
    KeyFile keys = profile ? withSlotKey(file) : withPassphrase(file);
    KeyDescription key = keys.generate(KEY, KeyKind.UMK).description();
    story.say(
        file
            + ", "
            + Files.size(file)
            + " bytes, opened by "
            + (profile ? "a slot key, in a file beside it" : "a passphrase through Argon2id"));
    story.say("key '" + key.name() + "', generation " + key.generation() + ", id " + key.id());
    Key handle = keys.find(KEY);
    story.insist(handle.getEncoded() == null, "that the handle shows no key");
    story.say("the handle that an application gets shows no key: getEncoded() is null");
    return keys;
  }

  /** The passphrase in a new file of its own; null when the key file has none. */
  @Nullable Path passphraseFile() throws IOException {
    if (profile) {
      return null;
    }
    Path file = directory.resolve("passphrase.txt");
    byte[] text = PASSPHRASE.getBytes(StandardCharsets.UTF_8);
    try (PendingFile pending = PendingFile.write(directory, text)) {
      pending.create(file);
    }
    return file;
  }

  private static KeyFile withSlotKey(Path file) {
    return KeyFile.create(file, NewSlot.raw(), CustodyOptions.defaults());
  }

  private static KeyFile withPassphrase(Path file) {
    try (SecretBytes passphrase = Passphrase.of(PASSPHRASE.toCharArray())) {
      NewSlot slot = NewSlot.passphrase(passphrase, Argon2Cost.DEFAULT);
      return KeyFile.create(file, slot, CustodyOptions.defaults());
    }
  }

  private void seal(CustodyKey umk) throws IOException, GeneralSecurityException {
    story.step(
        "Seal records with Cipher.getInstance(\"E2EE-Envelope\"), each bound to its context");
    for (String text : TEXTS) {
      int number = notes.size() + 1;
      RecordContext context = RecordContext.of("ann", "note", Integer.toString(number));
      SealedNote note =
          new SealedNote(text, context, directory.resolve("note-" + number + ".e2ee"));
      byte[] envelope =
          cipher(Cipher.ENCRYPT_MODE, umk, context).doFinal(text.getBytes(StandardCharsets.UTF_8));
      write(note, envelope);
      notes.add(note);
      story.say(
          "note " + number + ": " + text.length() + " bytes in, " + envelope.length + " bytes out");
    }
    byte[] first = read(notes.get(0));
    story.say("the head of note 1: " + HexFormat.of().formatHex(first, 0, 12) + "...");
    int suite = profile ? 2 : 1;
    story.say(
        "which reads: E2EE, version 1, suite "
            + suite
            + ", no flags, generation 1; then the key's id");
    story.insist(
        HexFormat.of().formatHex(first, 0, 12).equals("45324545010" + suite + "000000000001"),
        "that the head says so");
    story.insist(
        !new String(first, StandardCharsets.ISO_8859_1).contains(TEXTS.get(0)),
        "that the text is not in the envelope");
  }

  private void open(CustodyKey umk) throws IOException, GeneralSecurityException {
    story.step("Open one again");
    story.say("note 1 says: \"" + opened(umk, notes.get(0)) + "\"");
  }

  private void refuseAltered(CustodyKey umk) throws IOException, GeneralSecurityException {
    story.step("Flip one bit of it, as a server might");
    byte[] altered = read(notes.get(0));
    altered[altered.length - 20] ^= 1;
    story.say("bit 0 of byte " + (altered.length - 20) + " flipped");
    refused(umk, altered, notes.get(0).context());
  }

  private void refuseSwapped(CustodyKey umk) throws IOException, GeneralSecurityException {
    story.step("Pass note 1 off as note 2");
    story.say("opened as " + notes.get(1).context());
    refused(umk, read(notes.get(0)), notes.get(1).context());
  }

  private void refused(CustodyKey umk, byte[] envelope, RecordContext context)
      throws GeneralSecurityException {
    String answer = "";
    try {
      cipher(Cipher.DECRYPT_MODE, umk, context).doFinal(envelope);
    } catch (AEADBadTagException e) {
      answer = String.valueOf(e.getMessage());
    }
    story.insist(!answer.isEmpty(), "that it is refused");
    story.say("refused: " + answer);
  }

  private CustodyKey rotate(KeyFile keys) {
    story.step("Rotate the key");
    KeyDescription old = keys.find(KEY).description();
    CustodyKey fresh = keys.rotate(KEY);
    KeyDescription now = fresh.description();
    story.insist(now.generation() == old.generation() + 1, "that the generation went up");
    story.say("generation " + now.generation() + ", id " + now.id() + ", seals from now on");
    story.say("generation " + old.generation() + " still opens what it sealed");
    return fresh;
  }

  private void rewrap(CustodyKey fresh, List<SealedNote> some)
      throws IOException, GeneralSecurityException {
    story.step("Re-wrap notes 1 and 2 to the new generation, without touching their content");
    for (SealedNote note : some) {
      byte[] before = read(note);
      EnvelopeInfo info = Envelope.inspect(before);
      try (Envelope envelope = Envelope.with(fresh, provider)) {
        byte[] after = envelope.rewrap(before, fresh, note.context());
        int body = info.headerLength();
        story.insist(
            Arrays.equals(before, body, before.length, after, body, after.length),
            "that the body is the same");
        story.insist(
            Envelope.inspect(after).keyId().equals(fresh.id()), "that the new key is named");
        write(note, after);
        story.say(
            note.file().getFileName()
                + ": generation "
                + info.generation()
                + " -> "
                + Envelope.inspect(after).generation()
                + ", the "
                + (after.length - body)
                + " bytes of the body unchanged, SHA-256 "
                + sha256(after, body)
                + "...");
      }
      story.insist(opened(fresh, note).equals(note.text()), "that it still opens");
    }
  }

  private void openOld(CustodyKey fresh) throws IOException, GeneralSecurityException {
    story.step("Open note 3, which was not re-wrapped");
    SealedNote last = notes.get(2);
    int generation = Envelope.inspect(read(last)).generation();
    story.insist(generation == 1, "that it is under generation 1");
    story.say("it names generation " + generation + ", and opens: \"" + opened(fresh, last) + "\"");
  }

  private void retire(KeyFile keys) throws IOException, GeneralSecurityException {
    story.step("Retire generation 1");
    SealedNote last = notes.get(2);
    keys.retire(Envelope.inspect(read(last)).keyId());
    CustodyKey fresh = keys.find(KEY);
    String answer = "";
    try {
      opened(fresh, last);
    } catch (CustodyException e) {
      story.insist(e.kind() == CustodyException.Kind.POLICY, "that it is refused by policy");
      answer = String.valueOf(e.getMessage());
    }
    story.insist(!answer.isEmpty(), "that note 3 is refused");
    story.say("note 3 is refused now: " + answer);
    story.say("note 1 opens as before: \"" + opened(fresh, notes.get(0)) + "\"");
  }

  private String opened(CustodyKey umk, SealedNote note)
      throws IOException, GeneralSecurityException {
    byte[] text = cipher(Cipher.DECRYPT_MODE, umk, note.context()).doFinal(read(note));
    String found = new String(text, StandardCharsets.UTF_8);
    story.insist(found.equals(note.text()), "that the note says what was sealed");
    return found;
  }

  private Cipher cipher(int mode, CustodyKey umk, RecordContext context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", provider);
    cipher.init(mode, umk, new EnvelopeParameterSpec(context));
    return cipher;
  }

  private static byte[] read(SealedNote note) throws IOException {
    return Files.readAllBytes(note.file());
  }

  private void write(SealedNote note, byte[] envelope) throws IOException {
    try (PendingFile pending = PendingFile.write(directory, envelope)) {
      pending.replace(note.file());
    }
  }

  private static String sha256(byte[] bytes, int from) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(bytes, from, bytes.length - from);
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }
}
