package dev.e2ee.custody.tck.internal.peer;

import dev.e2ee.custody.tck.internal.ground.AskedHandler;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * The other process: races for a name, writes until it is killed, or shows its heap.
 *
 * <p>It says in lower case what it is about to do, and in upper case what is done. Its standard
 * input is read without a buffer, which would keep the secret.
 */
public final class PeerMain {
  /** What a writer wraps, as DEK and AAD: whoever unwraps it has the same key. */
  public static final int DEK_BYTE = 5;

  private final InputStream in = new FileInputStream(FileDescriptor.in);
  private final PrintStream out = System.out;
  private final KeyCustody custody;
  private final AskedHandler handler;

  private PeerMain(String provider) throws IOException {
    CustodyUri uri = CustodyUri.parse(line());
    handler = new AskedHandler(secret());
    custody =
        Custodies.installed(Set.of(provider))
            .open(
                uri,
                CustodyOptions.defaults()
                    .withCallbackHandler(handler)
                    .withDeadline(Duration.ofMinutes(1)));
    custody.unlock();
  }

  /** Arguments: the mode, and the back end's class. The rest follows on the standard input. */
  public static void main(String[] arguments) throws IOException {
    PeerMain peer = new PeerMain(arguments[1]);
    switch (arguments[0]) {
      case "race" -> peer.race();
      case "write" -> peer.write();
      case "dump" -> new HeapDump(peer.custody, peer.handler).write(peer.line(), peer.line());
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    peer.out.println("END");
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the TCK has ended");
      }
      line.append((char) b);
    }
    return line.toString();
  }

  private char[] secret() throws IOException {
    byte[] bytes = new byte[Integer.parseInt(line())];
    for (int read = 0; read < bytes.length; ) {
      read += Math.max(0, in.read(bytes, read, bytes.length - read));
    }
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    try {
      char[] secret = new char[text.remaining()];
      text.duplicate().get(secret);
      return secret;
    } finally {
      Arrays.fill(text.array(), '\0');
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Each round: sees the store, says so, waits for the word, makes a key. */
  private void race() throws IOException {
    while (true) {
      custody.list();
      out.println("READY");
      String name = line();
      if (name.isEmpty()) {
        return;
      }
      try {
        out.println("DONE " + custody.generate(name, KeyKind.UMK).id());
      } catch (CustodyException e) {
        out.println(e.kind() + " " + e.getMessage());
      }
    }
  }

  private void write() throws IOException {
    String prefix = line();
    boolean imports = custody.capabilities().contains(Capability.IMPORT);
    out.println("READY");
    for (int step = 0; ; step++) {
      String name = prefix + step / 4;
      switch (step % 4) {
        case 0 -> {
          out.println("g " + name);
          acknowledge("G " + name, custody.generate(name, KeyKind.UMK));
        }
        case 3 -> {
          if (imports) {
            out.println("g " + name + "-i");
            acknowledge("G " + name + "-i", imported(name + "-i", step));
          }
        }
        default -> {
          out.println("r " + name);
          acknowledge("R " + name, custody.rotate(name));
        }
      }
    }
  }

  private CustodyKey imported(String name, int step) {
    byte[] raw = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 32);
    raw[31] = (byte) step;
    try (SecretBytes key = SecretBytes.adopt(raw)) {
      return custody.importKey(name, key);
    }
  }

  private void acknowledge(String done, CustodyKey key) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) DEK_BYTE);
    try (SecretBytes dek = SecretBytes.adopt(bytes)) {
      byte[] wrapped = key.operation(DekWrap.class).orElseThrow().wrap(dek, new byte[] {DEK_BYTE});
      out.println(done + " " + key.id() + " " + HexFormat.of().formatHex(wrapped));
    }
  }
}
