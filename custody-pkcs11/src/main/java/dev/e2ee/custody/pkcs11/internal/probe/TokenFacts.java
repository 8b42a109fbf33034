package dev.e2ee.custody.pkcs11.internal.probe;

import dev.e2ee.custody.pkcs11.internal.cryptoki.ModuleInfo;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.ProbeNotes;
import dev.e2ee.spi.probe.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a module and a token say of themselves, and what a URI leaves open. */
public final class TokenFacts {
  private static final int FEW_SESSIONS = 9;

  private final ProbeNotes notes;
  private final Path file;
  private final ModuleInfo info;

  /** For tokens of one module. */
  public TokenFacts(ProbeNotes notes, Path file, ModuleInfo info) {
    this.notes = notes;
    this.file = file;
    this.info = info;
  }

  /** p11-kit's client says of itself what its server does, which is the proxy there. */
  private boolean isProxy() {
    return info.isP11Kit()
        && String.valueOf(file.getFileName()).matches("(libp11-kit|p11-kit-proxy)\\.so.*");
  }

  /** The module. */
  public void module() {
    notes.add(
        Section.titled("module")
            .with("path", file)
            .with("SHA-256", hash())
            .with("manufacturer", info.manufacturer())
            .with("description", info.description())
            .with("version", info.libraryVersion())
            .with("PKCS#11", info.cryptokiVersion()));
    if (isProxy()) {
      notes.add(
          Finding.warn(
              "module",
              "this is p11-kit's proxy, which loads every module that this machine is set up for",
              "name the token's own module: e2ee custody list shows which there are"));
    }
  }

  /** Of the file that was loaded: versions say less. */
  private String hash() {
    try {
      return HexFormat.of().formatHex(Engine.jdk().sha256(Files.readAllBytes(file)));
    } catch (IOException e) {
      return "not to be had: the file cannot be read any more";
    }
  }

  /** Why a module could not be loaded. */
  public static String notLoaded(Path file, String why) {
    return ModuleImage.trouble(file)
        .map(trouble -> file + " could not be loaded: " + trouble)
        .orElse(why);
  }

  /** One line for a token. */
  public static String line(Token token) {
    return String.join(" ", token.manufacturer(), token.model())
        + (token.initialized() ? ", " + pin(token) : ", not set up");
  }

  /** The token itself. */
  public void token(Token token) {
    notes.add(
        Section.titled("token")
            .with("label", token.label())
            .with("manufacturer", token.manufacturer())
            .with("model", token.model())
            .with("serial", token.serial())
            .with("slot", token.slot())
            .with("kind", kind(token))
            .with("flags", String.join(", ", flags(token)))
            .with("PIN", pin(token))
            .with(
                "sessions",
                token.maxSessions() == 0
                    ? "no limit, or none that it tells"
                    : token.maxSessions() + " at the most"));
    pinFindings(token);
    limits(token);
    if (!token.hardware()) {
      notes.add(
          Finding.warn(
              "residency",
              "the token does not say that it is a device: " + kind(token),
              info.isP11Kit()
                  ? "look at the token that p11-kit passes the calls on to"
                  : "take an HSM, a smart card or a TPM for keys that must outlast a break-in"));
    }
  }

  private String kind(Token token) {
    if (token.hardware()) {
      return "a device, as it says itself";
    }
    if (isProxy()) {
      return "behind p11-kit's proxy, which does not tell where";
    }
    return info.isP11Kit()
        ? "behind p11-kit, in another process or in a device that it serves"
        : "software, in the process that loads its module unless that says otherwise: as safe as"
            + " that process";
  }

  private static List<String> flags(Token token) {
    List<String> flags = new ArrayList<>();
    flags.add(token.loginRequired() ? "login required" : "no login required");
    flags.add(token.random() ? "random numbers of its own" : "no random numbers of its own");
    if (token.writeProtected()) {
      flags.add("write-protected");
    }
    if (token.pinPad()) {
      flags.add("a keyboard of its own for the PIN");
    }
    if (token.failed()) {
      flags.add("failed its own tests");
    }
    return flags;
  }

  private static String pin(Token token) {
    if (!token.pinSet() && token.loginRequired()) {
      return "none was set for the user";
    }
    return switch (token.pinState()) {
      case GOOD -> "no wrong one since the last right one, as far as the token tells";
      case COUNT_LOW -> "COUNT LOW: at least one wrong one since the last right one";
      case FINAL_TRY -> "FINAL TRY: the next wrong one locks it";
      case LOCKED -> "LOCKED";
      case TO_BE_CHANGED -> "to be changed: it is one that others know";
    };
  }

  private void pinFindings(Token token) {
    if (!token.pinSet() && token.loginRequired()) {
      notes.add(
          Finding.fail(
              "pin",
              "no PIN was set for the user",
              "set one with the token's own tool, as its SO"));
      return;
    }
    switch (token.pinState()) {
      case GOOD -> {}
      case COUNT_LOW ->
          notes.add(
              Finding.warn(
                  "pin",
                  "at least one wrong PIN was given since the last right one",
                  "find out who holds an old PIN, before it locks the token. Until somebody has logged"
                      + " in with the right one, none that a URI names is tried: put"
                      + " pin-source=callback: into the URI, and type it or give --passphrase-file"));
      case FINAL_TRY ->
          notes.add(
              Finding.fail(
                  "pin",
                  "the next wrong PIN locks the token, so none is tried here, not even a typed one",
                  "log in once with the token's own tool"));
      case LOCKED ->
          notes.add(
              Finding.fail(
                  "pin", "the PIN is locked", "the token's security officer can set a new one"));
      case TO_BE_CHANGED ->
          notes.add(
              Finding.warn(
                  "pin", "the PIN is one that others know", "change it with the token's own tool"));
    }
  }

  private void limits(Token token) {
    if (token.failed()) {
      notes.add(
          Finding.fail("token", "the token failed its own tests", "ask its vendor; use another"));
    }
    if (token.writeProtected()) {
      notes.add(
          Finding.warn(
              "token",
              "the token is write-protected: no key can be made or rotated",
              "take the protection off with the token's own tool"));
    }
    if (!token.random()) {
      notes.add(
          Finding.warn(
              "token",
              "the token does not say that it has random numbers of its own, and it makes the keys",
              "ask its vendor where its keys come from"));
    }
    if (token.maxSessions() > 0 && token.maxSessions() < FEW_SESSIONS) {
      notes.add(
          Finding.warn(
              "sessions",
              "the token gives "
                  + token.maxSessions()
                  + " sessions to a process, one of which is kept for the login: so many"
                  + " operations at the same time, and the others wait",
              "raise the limit in the module's settings, or allow a longer deadline"));
    }
  }

  /**
   * What a URI leaves open.
   *
   * @param exact the URI that means the token alone
   */
  public void address(CustodyUri uri, CustodyUri exact) {
    String better = "write '" + exact.location() + "' before the question mark";
    if (uri.attribute("serial").isEmpty() && exact.attribute("serial").isPresent()) {
      notes.add(
          Finding.warn(
              "uri",
              uri.attribute("token").isEmpty()
                  ? "the URI names no token: it means whichever is alone"
                  : "the URI names no serial number: another token of that label would fit too",
              better));
    } else {
      notes.add(Finding.ok("uri", "it means this token alone"));
    }
    String source = uri.query("pin-source").orElse("callback:");
    if (source.startsWith("env:")) {
      notes.add(
          Finding.warn(
              "pin-source",
              "the PIN is in the environment, which every program that this one starts gets, and"
                  + " other programs of this user can read",
              "pin-source=file:PATH, a file of mode 0600"));
    }
  }
}
