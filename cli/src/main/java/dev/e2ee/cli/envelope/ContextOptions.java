package dev.e2ee.cli.envelope;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.envelope.RecordContext;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an envelope is bound to, as the person says it. */
public final class ContextOptions {
  private static final String ALL =
      "--user, --type and --id go together: give all three or none; some commands take parts of them"
          + " from where a record is, see --help";

  @Option(names = "--user", paramLabel = "ID", description = "Whose record it is.")
  @Nullable String user;

  @Option(names = "--type", paramLabel = "TYPE", description = "The record's type.")
  @Nullable String type;

  @Option(names = "--id", paramLabel = "ID", description = "Which record of its type.")
  @Nullable String id;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "The tenant, if there are several.")
  @Nullable String tenant;

  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "The record's revision: an older envelope does not open with a newer number.")
  @Nullable String revision;

  @Option(
      names = "--aad",
      paramLabel = "TEXT",
      description = "Bind to this text (UTF-8) instead of a record.")
  @Nullable String aad;

  @Option(
      names = "--aad-hex",
      paramLabel = "HEX",
      description = "Bind to these bytes instead of a record.")
  @Nullable String aadHex;

  /** Whether no option says anything. */
  public boolean isEmpty() {
    return aad == null && aadHex == null && isNoRecord(id);
  }

  private boolean isNoRecord(@Nullable String entityId) {
    return user == null && type == null && entityId == null && tenant == null && revision == null;
  }

  /**
   * What the options say.
   *
   * @throws Failure USAGE
   */
  public Binding binding() {
    return bindingOf(id);
  }

  /**
   * The same for another record of the same user and type.
   *
   * @param option the option that says where the id comes from
   * @throws Failure USAGE when --id is given too, or --user or --type is not
   */
  public Binding bindingFor(String entityId, String option) {
    if (id != null) {
      throw Failure.usage(option + " takes the place of --id: give one of them", "");
    }
    if (user == null || type == null) {
      throw Failure.usage(option + " needs --user and --type", "");
    }
    return bindingOf(entityId);
  }

  /**
   * The options with parts of a record in their place: {@code user}, {@code type}, {@code id} or
   * {@code tenant}, by name.
   *
   * @throws Failure USAGE when an option says one of them too
   */
  public ContextOptions with(Map<String, String> parts) {
    ContextOptions whole = new ContextOptions();
    whole.user = either(user, "user", parts);
    whole.type = either(type, "type", parts);
    whole.id = either(id, "id", parts);
    whole.tenant = either(tenant, "tenant", parts);
    whole.revision = revision;
    whole.aad = aad;
    whole.aadHex = aadHex;
    return whole;
  }

  private static @Nullable String either(
      @Nullable String option, String name, Map<String, String> parts) {
    if (option != null && parts.containsKey(name)) {
      throw Failure.usage("--" + name + " and the pattern both say the " + name + ": one does", "");
    }
    return option == null ? parts.get(name) : option;
  }

  private Binding bindingOf(@Nullable String entityId) {
    if (aad != null && aadHex != null) {
      throw Failure.usage("give either --aad or --aad-hex, not both", "");
    }
    if (isNoRecord(entityId)) {
      return new Binding.OfAad(aadBytes());
    }
    if (aad != null || aadHex != null) {
      throw Failure.usage("--aad takes the place of a record: give one or the other", "");
    }
    if (user == null || type == null || entityId == null) {
      throw Failure.usage(ALL, "");
    }
    try {
      RecordContext context = RecordContext.of(user, type, entityId);
      context = tenant == null ? context : context.withTenant(tenant);
      return new Binding.OfRecord(revision == null ? context : context.withRevision(number()));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "");
    }
  }

  private long number() {
    try {
      return Long.parseUnsignedLong(String.valueOf(revision));
    } catch (NumberFormatException e) {
      throw Failure.usage("--revision is a whole number from 0 to 18446744073709551615", "");
    }
  }

  private byte[] aadBytes() {
    if (aadHex != null) {
      try {
        return checked(HexFormat.of().parseHex(aadHex));
      } catch (IllegalArgumentException e) {
        throw Failure.usage("--aad-hex takes an even number of hex digits", "");
      }
    }
    try {
      ByteBuffer text =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(aad == null ? "" : aad));
      byte[] bytes = new byte[text.remaining()];
      text.get(bytes);
      return checked(bytes);
    } catch (CharacterCodingException e) {
      throw Failure.usage("--aad is not text that UTF-8 can hold; use --aad-hex", "");
    }
  }

  private static byte[] checked(byte[] bytes) {
    if (bytes.length > Binding.MAX_AAD) {
      throw Failure.usage("AAD has at most " + Binding.MAX_AAD + " bytes", "");
    }
    return bytes;
  }
}
