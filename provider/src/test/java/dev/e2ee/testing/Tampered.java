package dev.e2ee.testing;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/** An envelope of suite 2 with one fault, and what follows from it. */
public final class Tampered {
  private static final int CHUNKS_AT = 179;
  private static final int LEAST = 195;
  private static final int SEALED = ReferenceChunks.SEALED;

  private static final Map<Integer, Class<? extends AEADBadTagException>> HEADER =
      Map.ofEntries(
          Map.entry(0, MalformedEnvelopeException.class), // magic
          Map.entry(4, UnsupportedEnvelopeException.class), // version
          Map.entry(5, UnsupportedEnvelopeException.class), // suite
          Map.entry(6, UnsupportedEnvelopeException.class), // flags
          Map.entry(8, WrongKeyException.class), // generation
          Map.entry(12, WrongKeyException.class), // key id
          Map.entry(27, WrongKeyException.class),
          Map.entry(28, UnsupportedEnvelopeException.class), // wrapAlg
          Map.entry(30, MalformedEnvelopeException.class), // wrapLen
          Map.entry(31, AEADBadTagException.class), // wrap: nonce, DEK, tag
          Map.entry(60, AEADBadTagException.class),
          Map.entry(90, AEADBadTagException.class),
          Map.entry(91, AEADBadTagException.class), // commitment
          Map.entry(122, AEADBadTagException.class),
          Map.entry(123, AEADBadTagException.class), // salt
          Map.entry(146, AEADBadTagException.class),
          Map.entry(147, AEADBadTagException.class), // commitment of the body
          Map.entry(178, AEADBadTagException.class));

  private final String name;
  private final byte[] bytes;
  private final Class<? extends AEADBadTagException> whole;
  private final Class<? extends AEADBadTagException> streamed;
  private final int intact;

  private Tampered(
      String name,
      byte[] bytes,
      Class<? extends AEADBadTagException> whole,
      Class<? extends AEADBadTagException> streamed,
      int intact) {
    this.name = name;
    this.bytes = bytes;
    this.whole = whole;
    this.streamed = streamed;
    this.intact = intact;
  }

  /** The envelope. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How one refuses it who has all of it. */
  public Class<? extends AEADBadTagException> whole() {
    return whole;
  }

  /** How one refuses it who reads chunk by chunk. */
  public Class<? extends AEADBadTagException> streamed() {
    return streamed;
  }

  /** How many full chunks are verified before the fault is met. */
  public int intact() {
    return intact;
  }

  /** With the verdicts that follow from the place of the first chunk that is not right. */
  private static Tampered at(int firstBad, String name, byte[] bytes) {
    int chunks = Math.max(0, bytes.length - CHUNKS_AT);
    int full = chunks / SEALED;
    boolean cut = bytes.length < LEAST || chunks % SEALED < 16;
    Class<? extends AEADBadTagException> atTheEnd =
        cut ? MalformedEnvelopeException.class : AEADBadTagException.class;
    return new Tampered(
        name,
        bytes,
        atTheEnd,
        firstBad < full ? AEADBadTagException.class : atTheEnd,
        Math.min(firstBad, full));
  }

  /** Every fault that this class knows, in an envelope of several chunks. */
  public static List<Tampered> all(byte[] envelope, byte[] otherOfThisLength) {
    List<Tampered> all = new ArrayList<>();
    HEADER.forEach(
        (index, type) ->
            all.add(new Tampered("byte " + index, flipped(envelope, index), type, type, 0)));
    int full = (envelope.length - CHUNKS_AT) / SEALED;
    for (int chunk = 0; chunk <= full; chunk++) {
      changed(all, envelope, otherOfThisLength, chunk);
    }
    cuts(all, envelope, full);
    moved(all, envelope, full);
    appended(all, envelope, full);
    return all;
  }

  private static byte[] flipped(byte[] envelope, int index) {
    byte[] bytes = envelope.clone();
    bytes[index] ^= 0x40;
    return bytes;
  }

  private static int start(int chunk) {
    return CHUNKS_AT + chunk * SEALED;
  }

  private static void changed(List<Tampered> all, byte[] envelope, byte[] other, int chunk) {
    int end = Math.min(start(chunk + 1), envelope.length);
    int middle = (start(chunk) + end - 16) / 2;
    for (int index : new int[] {start(chunk), middle, end - 17, end - 16, end - 1}) {
      all.add(at(chunk, "chunk " + chunk + ", byte " + index, flipped(envelope, index)));
    }
    byte[] spliced = envelope.clone();
    System.arraycopy(other, start(chunk), spliced, start(chunk), end - start(chunk));
    all.add(at(chunk, "another envelope's chunk " + chunk, spliced));
  }

  private static void cuts(List<Tampered> all, byte[] envelope, int full) {
    for (int length : new int[] {0, 3, 4, 30, 31, 90, 122, 123, 146, 178, 179, 194}) {
      all.add(at(0, "cut to " + length, Arrays.copyOf(envelope, length)));
    }
    for (int chunk = 0; chunk <= full; chunk++) {
      for (int more : new int[] {-1, 0, 1, 15, 16, 17, 1000}) {
        int length = start(chunk) + more;
        if (length >= LEAST && length < envelope.length) {
          all.add(at(length(length), "cut to " + length, Arrays.copyOf(envelope, length)));
        }
      }
    }
    all.add(at(full, "without its last byte", Arrays.copyOf(envelope, envelope.length - 1)));
  }

  private static int length(int ofEnvelope) {
    return (ofEnvelope - CHUNKS_AT) / SEALED;
  }

  private static void moved(List<Tampered> all, byte[] envelope, int full) {
    for (int chunk = 0; chunk < full; chunk++) {
      byte[] head = Arrays.copyOf(envelope, start(chunk));
      byte[] one = Arrays.copyOfRange(envelope, start(chunk), start(chunk + 1));
      byte[] rest = Arrays.copyOfRange(envelope, start(chunk + 1), envelope.length);
      all.add(at(chunk, "chunk " + chunk + " dropped", ReferenceEnvelope.concat(head, rest)));
      all.add(
          at(
              chunk + 1,
              "chunk " + chunk + " twice",
              ReferenceEnvelope.concat(head, one, one, rest)));
      for (int second = chunk + 1; second < full; second++) {
        byte[] swapped = envelope.clone();
        System.arraycopy(envelope, start(second), swapped, start(chunk), SEALED);
        System.arraycopy(one, 0, swapped, start(second), SEALED);
        all.add(at(chunk, "chunks " + chunk + " and " + second + " swapped", swapped));
      }
    }
  }

  private static void appended(List<Tampered> all, byte[] envelope, int full) {
    byte[] last = Arrays.copyOfRange(envelope, start(full), envelope.length);
    byte[] first = Arrays.copyOfRange(envelope, start(0), start(1));
    all.add(at(full, "the last chunk twice", ReferenceEnvelope.concat(envelope, last)));
    all.add(at(full, "a full chunk appended", ReferenceEnvelope.concat(envelope, first)));
    int toFull = SEALED - last.length;
    for (int more : new int[] {1, 15, 16, 17, toFull - 1, toFull, toFull + 1, toFull + 16}) {
      all.add(at(full, more + " bytes more", Arrays.copyOf(envelope, envelope.length + more)));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
