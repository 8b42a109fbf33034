package dev.e2ee.benchmarks.implementation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** An implementation that does not do its work is not measured. */
class RoundTripTest {
  private static final int SIZE = 64;

  /** Its message, with as many bytes before and behind as the test wants. */
  private record Fake(int checkedTail, boolean loses) implements BufferCipher {
    @Override
    public byte[] seal(byte[] plaintext) {
      return Arrays.copyOf(plaintext, plaintext.length + 16);
    }

    @Override
    public byte[] open(byte[] sealed) throws GeneralSecurityException {
      for (int i = sealed.length - checkedTail; i < sealed.length; i++) {
        byte expected = i < SIZE ? Sample.plaintext(SIZE)[i] : 0;
        if (sealed[i] != expected) {
          throw new GeneralSecurityException("altered");
        }
      }
      byte[] plaintext = Arrays.copyOf(sealed, SIZE);
      if (loses) {
        plaintext[0]++;
      }
      return plaintext;
    }

    @Override
    public int seal(byte[] plaintext, byte[] out) {
      byte[] sealed = seal(plaintext);
      System.arraycopy(sealed, 0, out, 0, sealed.length);
      return sealed.length;
    }

    @Override
    public int open(byte[] sealed, byte[] out) {
      return SIZE;
    }
  }

  private static String refusal(Fake fake) {
    return String.valueOf(
        assertThrows(IllegalStateException.class, () -> RoundTrip.checked(fake, SIZE))
            .getMessage());
  }

  @Test
  void anHonestOnePasses() throws GeneralSecurityException {
    RoundTrip record = RoundTrip.checked(new Fake(SIZE + 16, false), SIZE);
    assertEquals(SIZE + 16, record.sealed().length);
  }

  @Test
  void onlyATagThatIsCheckedIsNotEnough() {
    assertEquals("it opens a record with a bit flipped in byte 63", refusal(new Fake(16, false)));
  }

  @Test
  void nothingCheckedIsFound() {
    assertEquals("it opens a record with a bit flipped in byte 79", refusal(new Fake(0, false)));
  }

  @Test
  void aWrongPlaintextIsFound() {
    assertEquals("it does not open what it sealed", refusal(new Fake(SIZE + 16, true)));
  }

  @Test
  void aBufferThatIsNotFilledIsFound() {
    Fake fake = new Fake(SIZE + 16, false);
    assertThrows(IllegalStateException.class, () -> RoundTrip.checkedInBuffers(fake, SIZE));
  }
}
