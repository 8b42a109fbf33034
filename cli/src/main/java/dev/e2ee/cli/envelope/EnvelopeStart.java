package dev.e2ee.cli.envelope;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.journal.HeaderExchange;
import dev.e2ee.cli.transfer.Source;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.MalformedEnvelopeException;
import java.io.IOException;

/** Looks at the public head of an envelope that is about to be read. */
public final class EnvelopeStart {
  private EnvelopeStart() {}

  /**
   * What an envelope says in public. Of an input without a size that is longer than a header can
   * be, the length of the plaintext is not known and means nothing here.
   *
   * @throws Failure NOT_AUTHENTIC when a re-wrap was cut off in the middle of the header
   * @throws MalformedEnvelopeException for no envelope, or where the size tells that it is cut
   */
  public static EnvelopeInfo of(Source source) throws IOException, MalformedEnvelopeException {
    byte[] start = source.peek(Envelope.MAX_HEADER);
    // A shorter input is all here. In a longer one the first 4 KiB would be a whole envelope by
    // their length, whatever the header, so that only the header is judged.
    boolean sized = source.size() != Source.UNKNOWN;
    if (source.file().isPresent()) {
      HeaderExchange.refuseTorn(source.file().get(), start, source.size());
    }
    return Envelope.inspect(start, sized ? source.size() : start.length);
  }
}
