package dev.e2ee.internal.keyring;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Signer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A keyring as it lies on the server, of the right form and nothing more. {@code
 * testvectors/spec/keyring.md}, section 3.
 *
 * @param epochs from 1 on without a gap; the last one is the current one
 * @param head null in a keyring that no client of ours made
 * @param others members that are not known here
 */
public record KeyringDocument(List<Epoch> epochs, @Nullable Head head, Json.Members others) {
  static final int MAX_EPOCHS = 4096;
  private static final int MAX_LENGTH = 16 << 20;
  private static final int VERSION = 1;
  private static final String CURRENT = "currentEpoch";
  private static final String EPOCHS = "epochs";
  private static final String HEAD = "head";
  private static final Pattern EPOCH_NAME = Pattern.compile("[1-9][0-9]{0,3}");

  /** Keeps a list of its own. */
  public KeyringDocument {
    epochs = List.copyOf(epochs);
  }

  /**
   * Reads one.
   *
   * @throws KeyringFormatException for anything else
   */
  // [keyring-4]
  public static KeyringDocument read(byte[] json) throws KeyringFormatException {
    Fields in = Fields.read("keyring", json, MAX_LENGTH);
    in.integer("v", VERSION, VERSION);
    int current = in.integer(CURRENT, 1, MAX_EPOCHS);
    Fields named = in.fields(EPOCHS);
    if (named.object().members().size() != current) {
      throw in.fault("its epochs are not just those from 1 to " + current);
    }
    List<Epoch> epochs = new ArrayList<>();
    Map<String, Signer> adders = new HashMap<>();
    for (int number = 1; number <= current; number++) {
      epochs.add(Epoch.read(number, named.fields(Integer.toString(number)), adders));
    }
    Json head = in.object().get(HEAD);
    return new KeyringDocument(
        epochs,
        head == null ? null : Head.read(head),
        in.object().without("v").without(CURRENT).without(EPOCHS).without(HEAD));
  }

  /** The number that a member's name is. */
  static int epochNumber(Fields in, String name) throws KeyringFormatException {
    if (EPOCH_NAME.matcher(name).matches() && Integer.parseInt(name) <= MAX_EPOCHS) {
      return Integer.parseInt(name);
    }
    throw in.fault("a name in it is no number of an epoch");
  }

  /** As it goes to the server: canonical JSON. */
  public byte[] write() throws KeyringFormatException {
    Map<String, Json> named = new LinkedHashMap<>();
    epochs.forEach(epoch -> named.put(Integer.toString(epoch.number()), epoch.object()));
    Json.Members all =
        others
            .with("v", new Json.Numeral(VERSION))
            .with(CURRENT, new Json.Numeral(current().number()))
            .with(EPOCHS, new Json.Members(named));
    byte[] json = CanonicalJson.of(head == null ? all : all.with(HEAD, head.json()));
    if (json.length > MAX_LENGTH) {
      throw new KeyringFormatException(
          "the keyring would have "
              + json.length
              + " bytes, and "
              + MAX_LENGTH
              + " are possible: begin another collection");
    }
    return json;
  }

  /** The last epoch. */
  public Epoch current() {
    return epochs.get(epochs.size() - 1);
  }
}
