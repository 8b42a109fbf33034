package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.cli.journal.HeaderJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a run that was cut off has left, made on purpose: torn headers, and journals of all kinds.
 */
class RewrapJournalTest {
  private static final int HEADER = 123;

  @TempDir Path home;
  private Cli cli;
  private byte[] content;
  private Path file;
  private byte[] old;
  private byte[] fresh;

  @BeforeEach
  void makeBothHeaders() throws IOException {
    cli = new Cli(home).initRaw();
    content = new byte[70_000];
    new Random(7).nextBytes(content);
    file = cli.write("work/long.e2ee", cli.feed(content, "seal", "--aad", "x").exits(0).out());
    old = Files.readAllBytes(file);
    cli.run("key", "rotate", "default").exits(0);
    cli.run("rewrap", file.toString(), "--aad", "x").exits(0);
    fresh = Files.readAllBytes(file);
  }

  private void leave(byte[] envelope, HeaderJournal journal) throws IOException {
    Files.write(file, envelope);
    Files.deleteIfExists(HeaderJournal.beside(file));
    journal.write(file);
  }

  private HeaderJournal journal() {
    return HeaderJournal.of(old, old.length, HEADER, Arrays.copyOf(fresh, HEADER));
  }

  /** The first {@code border} bytes of one, the rest of the other. */
  private static byte[] torn(byte[] first, byte[] second, int border) {
    byte[] mixed = second.clone();
    System.arraycopy(first, 0, mixed, 0, border);
    return mixed;
  }

  private Cli.Result rewrap(String... more) {
    String[] words = {"rewrap", file.toString(), "--aad", "x"};
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return cli.run(all);
  }

  private void isWhole() throws IOException {
    assertFalse(HeaderJournal.isBeside(file));
    assertEquals(List.of("long.e2ee"), Cli.names(file.getParent()));
    var opened =
        cli.run("open", file.toString(), "-o", "-", "--aad", "x", "--min-generation", "2").exits(0);
    assertArrayEquals(content, opened.out());
  }

  private void isLeftAs(byte[] envelope) throws IOException {
    assertArrayEquals(envelope, Files.readAllBytes(file));
    assertTrue(HeaderJournal.isBeside(file));
  }

  @Tag("once")
  @Test
  void aHeaderTornAtAnyByteIsMadeWhole() throws IOException {
    int torn = 0;
    for (int border = 0; border <= HEADER; border++) {
      for (byte[] mixed : List.of(torn(fresh, old, border), torn(old, fresh, border))) {
        leave(mixed, journal());
        torn += Arrays.equals(mixed, old) || Arrays.equals(mixed, fresh) ? 0 : 1;
        rewrap().exits(0);
        isWhole();
      }
    }
    // The first differing byte is the generation's last one, at 11.
    assertEquals(2 * (HEADER - 12), torn, 4);
  }

  @Test
  void whoeverReadsATornHeaderIsToldWhatFinishesIt() throws IOException {
    byte[] mixed = torn(fresh, old, 60);
    leave(mixed, journal());
    String name = file.toString();
    for (Cli.Result refused :
        List.of(
            cli.run("open", name, "-o", "-", "--aad", "x"),
            cli.run("inspect", name),
            rewrap("--dry-run"))) {
      refused.exits(3);
      assertEquals(0, refused.out().length);
      assertTrue(refused.err().contains("e2ee rewrap " + name), refused.err());
    }
    cli.run("rewrap", name, "--aad", "other").exits(3);
    isLeftAs(mixed);
    rewrap().exits(0);
    isWhole();
  }

  @Test
  void aJournalOfWhatWasDoneOrNotBegunIsNoHindrance() throws IOException {
    leave(old, journal());
    assertArrayEquals(
        content, cli.run("open", file.toString(), "-o", "-", "--aad", "x").exits(0).out());
    assertEquals(1, rewrap("--json").exits(0).json().get("rewrapped").asInt());
    isWhole();
    leave(fresh, journal());
    assertEquals(1, rewrap("--json").exits(0).json().get("alreadyCurrent").asInt());
    assertArrayEquals(fresh, Files.readAllBytes(file));
    isWhole();
  }

  @Test
  void aFurtherGenerationIsReachedFromATornHeader() throws IOException {
    cli.run("key", "rotate", "default").exits(0);
    leave(torn(fresh, old, 60), journal());
    assertEquals(1, rewrap("--json").exits(0).json().get("rewrapped").asInt());
    cli.run("open", file.toString(), "-o", "-", "--aad", "x", "--min-generation", "3").exits(0);
    isWhole();
  }

  @Test
  void withoutTheNewKeyTheOldHeaderComesBack() throws IOException {
    Path other = home.resolve("other.e2ee");
    cli.run("init", "--raw", "--keys", other.toString()).exits(0);
    Files.write(file, old);
    cli.run("rewrap", file.toString(), "--aad", "x", "--to-keys", other.toString()).exits(0);
    byte[] moved = Files.readAllBytes(file);
    leave(
        torn(moved, old, 50),
        HeaderJournal.of(old, old.length, HEADER, Arrays.copyOf(moved, HEADER)));
    rewrap().exits(0);
    isWhole();
    Files.delete(other);
  }

  @Test
  void theJournalOfAnotherEnvelopeIsRemovedOnlyWhenItIsNotNeeded() throws IOException {
    byte[] another = cli.feed(content, "seal", "--aad", "x").exits(0).out();
    HeaderJournal foreign =
        HeaderJournal.of(another, another.length, HEADER, Arrays.copyOf(fresh, HEADER));
    leave(old, foreign);
    rewrap().exits(0);
    isWhole();
    byte[] mixed = torn(fresh, old, 20);
    leave(mixed, foreign);
    rewrap().exits(4);
    isLeftAs(mixed);
    byte[] late = torn(fresh, old, 100);
    leave(late, foreign);
    rewrap().exits(3);
    isLeftAs(late);
  }

  @Test
  void aDamagedJournalIsNeverBelieved() throws IOException {
    journal().write(file);
    byte[] whole = Files.readAllBytes(HeaderJournal.beside(file));
    byte[] mixed = torn(fresh, old, 100);
    Files.write(file, mixed);
    for (int i = 0; i < whole.length; i++) {
      Files.write(HeaderJournal.beside(file), Cli.withBitFlipped(whole, i));
      assertTrue(HeaderJournal.read(file).isEmpty(), "byte " + i);
      Files.write(HeaderJournal.beside(file), Arrays.copyOf(whole, i));
      assertTrue(HeaderJournal.read(file).isEmpty(), "cut at " + i);
    }
    Files.write(HeaderJournal.beside(file), Arrays.copyOf(whole, whole.length + 1));
    assertTrue(HeaderJournal.read(file).isEmpty());
    rewrap().exits(3);
    isLeftAs(mixed);
    Files.write(file, old);
    rewrap().exits(0);
    isWhole();
  }

  @Test
  void aJournalThatIsALinkIsNotFollowed() throws IOException {
    journal().write(file);
    Path elsewhere = Files.move(HeaderJournal.beside(file), home.resolve("elsewhere"));
    Files.createSymbolicLink(HeaderJournal.beside(file), elsewhere);
    byte[] mixed = torn(fresh, old, 100);
    Files.write(file, mixed);
    rewrap().exits(3);
    isLeftAs(mixed);
  }

  @Test
  void bytesOfNeitherHeaderAreNotOverwritten() throws IOException {
    byte[] mixed = torn(fresh, old, 20);
    while (mixed[80] == old[80] || mixed[80] == fresh[80]) {
      mixed[80]++;
    }
    leave(mixed, journal());
    rewrap().exits(4);
    isLeftAs(mixed);
    byte[] shorter = Arrays.copyOf(torn(fresh, old, 100), old.length - 1);
    leave(shorter, journal());
    rewrap().exits(3);
    isLeftAs(shorter);
  }

  @Test
  void inATreeJournalsAreNotCountedAsFiles() throws IOException {
    leave(torn(fresh, old, 60), journal());
    var result = cli.run("rewrap", home.resolve("work").toString(), "--aad", "x", "--json");
    assertEquals(0, result.exits(0).json().get("notEnvelopes").asInt());
    isWhole();
  }
}
