package dev.e2ee.testvectors.fips;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceApproval;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DeviceJoin;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.interop.pia.PiaRecovery;
import dev.e2ee.interop.pia.PiaRecoveryCode;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.key.HkdfKeySpec;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** What a program does in the FIPS profile: what is approved, and what is not. */
final class FipsActions {
  static final byte[] UMK = new byte[32];
  static final RecordContext CONTEXT = RecordContext.of("ann", "note", "1");

  static {
    Arrays.fill(UMK, (byte) 0x42);
  }

  /** One thing to do. */
  interface Action {
    Object run() throws Exception;
  }

  private final E2eeProvider provider = new E2eeProvider();
  private final Map<String, String> envelopes;

  FipsActions(Map<String, String> envelopes) {
    this.envelopes = envelopes;
  }

  Map<String, Action> all() {
    Map<String, Action> all = new LinkedHashMap<>();
    all.put("info", provider::getInfo);
    all.put("approved only", provider::isApprovedOnly);
    all.put("services", this::services);
    envelopes(all);
    ciphers(all);
    derivations(all);
    devices(all);
    custody(all);
    FipsTokens.add(all);
    all.put("odd lengths", this::oddLengths);
    return all;
  }

  /** Each service: whether it says that it is approved, and whether it can be had. */
  private Object services() {
    Map<String, String> seen = new TreeMap<>();
    for (Provider.Service service : provider.getServices()) {
      String name = service.getType() + "." + service.getAlgorithm();
      String had;
      try {
        had = service.newInstance(null).getClass().getSimpleName().isEmpty() ? "none" : "had";
      } catch (java.security.NoSuchAlgorithmException e) {
        had = "refused";
      }
      boolean approved = provider.isApproved(service.getType(), service.getAlgorithm());
      if (!approved || !had.equals("had")) {
        seen.put(name, approved ? "approved but " + had : had);
      }
    }
    return seen;
  }

  private Envelope envelope() throws Exception {
    return Envelope.with(UserMasterKey.of(UMK), provider);
  }

  private void envelopes(Map<String, Action> all) {
    all.put("envelope approved", () -> envelope().isApproved());
    all.put("seal", () -> HexFormat.of().formatHex(envelope().seal(new byte[5], CONTEXT)));
    all.put(
        "seal by Cipher",
        () -> {
          Cipher cipher = Cipher.getInstance("E2EE-Envelope", provider);
          cipher.init(
              Cipher.ENCRYPT_MODE, UserMasterKey.of(UMK), new EnvelopeParameterSpec(CONTEXT));
          return HexFormat.of().formatHex(cipher.doFinal(new byte[70_000]));
        });
    all.put("open suite 2", () -> open("suite2"));
    all.put("open suite 1", () -> open("suite1"));
    all.put(
        "force suite 1", () -> envelope().withSuite(Suite.AES_256_GCM).seal(new byte[5], CONTEXT));
    all.put(
        "force suite 1 by Cipher",
        () -> {
          Cipher cipher = Cipher.getInstance("E2EE-Envelope", provider);
          cipher.init(
              Cipher.ENCRYPT_MODE,
              UserMasterKey.of(UMK),
              new EnvelopeParameterSpec(CONTEXT).withSuite(Suite.AES_256_GCM));
          return cipher;
        });
    all.put(
        "rewrap suite 1",
        () ->
            envelope()
                .rewrap(
                    HexFormat.of().parseHex(String.valueOf(envelopes.get("suite1"))),
                    UserMasterKey.of(new byte[32]),
                    CONTEXT)
                .length);
    all.put(
        "generated UMK",
        () -> KeyGenerator.getInstance("E2EE-UMK", provider).generateKey() != null);
  }

  private Object open(String name) throws Exception {
    byte[] envelope = HexFormat.of().parseHex(String.valueOf(envelopes.get(name)));
    return new String(envelope().open(envelope, CONTEXT), UTF_8);
  }

  private void ciphers(Map<String, Action> all) {
    SecretKey key = new SecretKeySpec(UMK, "AES");
    all.put(
        "GCM without a nonce",
        () -> {
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
          cipher.init(Cipher.ENCRYPT_MODE, key);
          byte[] nonce = cipher.getIV();
          cipher.updateAAD(new byte[3]);
          byte[] sealed = cipher.doFinal("a message".getBytes(UTF_8));
          Cipher opening = Cipher.getInstance("AES/GCM/NoPadding", provider);
          opening.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, nonce));
          opening.updateAAD(new byte[3]);
          return nonce.length + " " + new String(opening.doFinal(sealed), UTF_8);
        });
    all.put(
        "GCM nonces differ",
        () -> {
          java.util.Set<String> nonces = new java.util.HashSet<>();
          for (int i = 0; i < 100; i++) {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
            cipher.init(Cipher.ENCRYPT_MODE, key);
            nonces.add(HexFormat.of().formatHex(cipher.getIV()));
          }
          return nonces.size();
        });
    all.put(
        "GCM under a nonce",
        () -> {
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
          cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, new byte[12]));
          return cipher;
        });
    all.put(
        "KWP",
        () -> {
          Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding", provider);
          cipher.init(Cipher.WRAP_MODE, key);
          return cipher.wrap(key).length;
        });
  }

  private void derivations(Map<String, Action> all) {
    all.put("HKDF", () -> hkdf(provider));
    all.put("HMAC", () -> hmac(14));
    all.put("HMAC of a short key", () -> hmac(13));
    all.put("PBKDF2", () -> pbkdf2(provider, "fourteen bytes", 16));
    all.put("PBKDF2 of a short password", () -> pbkdf2(provider, "thirteen byte", 16));
    all.put("PBKDF2 of a short salt", () -> pbkdf2(provider, "fourteen bytes", 15));
    all.put("PBKDF2 once", () -> pbkdf2(provider, "fourteen bytes", 16, 1));
    all.put(
        "HKDF of a short secret",
        () ->
            SecretKeyFactory.getInstance("HKDF-SHA256", provider)
                .generateSecret(new HkdfKeySpec(new byte[13], new byte[32], new byte[0], 32)));
    all.put(
        "PIA recovery", () -> PiaRecovery.wrap(UserMasterKey.of(UMK), PiaRecoveryCode.generate()));
    all.put("Argon2id", () -> SecretKeyFactory.getInstance("Argon2id", provider));
  }

  /** With salts from none to longer than a block. */
  static String hkdf(Provider provider) throws Exception {
    StringBuilder all = new StringBuilder();
    for (int bits : new int[] {256, 384, 512}) {
      for (int salt : new int[] {0, 1, 13, 14, 64, 128, 200}) {
        SecretKeyFactory factory = SecretKeyFactory.getInstance("HKDF-SHA" + bits, provider);
        HkdfKeySpec spec =
            new HkdfKeySpec(UMK, new byte[salt], ("info " + salt).getBytes(UTF_8), 100);
        all.append(HexFormat.of().formatHex(factory.generateSecret(spec).getEncoded()));
      }
    }
    return all.toString();
  }

  private Object hmac(int length) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(new SecretKeySpec(new byte[length], "any"));
    return mac.doFinal().length;
  }

  static String pbkdf2(Provider provider, String password, int salt) throws Exception {
    return pbkdf2(provider, password, salt, 1000);
  }

  private static String pbkdf2(Provider provider, String password, int salt, int count)
      throws Exception {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), new byte[salt], count, 256);
    return HexFormat.of()
        .formatHex(
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512", provider)
                .generateSecret(spec)
                .getEncoded());
  }

  private void devices(Map<String, Action> all) {
    all.put(
        "device with X25519",
        () ->
            DeviceIdentity.generate(
                "d", AgreementAlgorithm.X25519, SigningAlgorithm.ED25519, provider));
    all.put("X25519", () -> KeyAgreement.getInstance("X25519", provider));
    all.put("join", this::join);
    all.put("ECDSA", () -> signs("SHA256withECDSA", "EC"));
    all.put("Ed25519", () -> signs("Ed25519", "Ed25519"));
  }

  private Object join() throws Exception {
    try (DeviceIdentity laptop = device("laptop", SigningAlgorithm.ECDSA_P256);
        DeviceIdentity phone = device("phone", SigningAlgorithm.ED25519)) {
      UserMasterKey umk = UserMasterKey.of(UMK);
      DeviceJoin join = DeviceJoin.start(phone, "ann", new DeviceRegistry());
      DeviceApproval approval =
          DeviceApproval.start(laptop, "ann", umk, new DeviceRegistry(), join.request());
      join.receive(approval.offer());
      approval.receive(join.reveal());
      join.confirm(approval.fingerprint().toString());
      var approved = approval.approve(join.fingerprint().toString(), umk);
      byte[] arrived = join.finish(approved.message()).umk().getEncoded();
      return phone.isApproved() + " " + Arrays.equals(UMK, arrived);
    }
  }

  private DeviceIdentity device(String id, SigningAlgorithm signing) {
    return DeviceIdentity.generate(id, AgreementAlgorithm.P256, signing, provider);
  }

  private Object signs(String algorithm, String keys) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(keys, provider.engine());
    if (keys.equals("EC")) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    KeyPair pair = generator.generateKeyPair();
    Signature signing = Signature.getInstance(algorithm, provider);
    signing.initSign(pair.getPrivate());
    signing.update(UMK);
    byte[] made = signing.sign();
    Signature verifying = Signature.getInstance(algorithm, provider);
    verifying.initVerify(pair.getPublic());
    verifying.update(UMK);
    return verifying.verify(made);
  }

  /** How envelopes of one data key are sealed, and whether they open. */
  private static String reusing(Envelope envelope) throws Exception {
    try (DataKeyReuse reuse = DataKeyReuse.limitedTo(9, Duration.ofMinutes(1), 1_000)) {
      Envelope reusing = envelope.withDataKeyReuse(reuse);
      byte[] one = reusing.seal(new byte[6], CONTEXT);
      byte[] two = reusing.seal(new byte[7], CONTEXT);
      String opened = reusing.open(one, CONTEXT).length + " " + envelope.open(two, CONTEXT).length;
      boolean shared = Arrays.equals(one, 31, 91, two, 31, 91);
      return Envelope.inspect(one).wrapAlg() + " " + shared + " " + opened;
    }
  }

  private void custody(Map<String, Action> all) {
    all.put(
        "key in another custody",
        () -> {
          CustodyKey key = new UnknownCustodyKey();
          return Envelope.with(key, provider).isApproved()
              + " "
              + provider.isApproved("Cipher", "E2EE-Envelope", key);
        });
    all.put(
        "device key",
        () -> {
          try (DeviceIdentity phone = device("phone", SigningAlgorithm.ED25519)) {
            return provider.isApproved("Cipher", "E2EE-DeviceWrap", phone.privateKey());
          }
        });
    all.put(
        "key file under a slot key",
        () -> {
          Path folder = Files.createTempDirectory("e2ee-fips");
          Path file = folder.resolve("keys.e2ee");
          try (KeyFile keys =
              KeyFile.create(
                  file, NewSlot.raw(folder.resolve("slot")), CustodyOptions.defaults())) {
            keys.generate("notes", KeyKind.UMK);
            Envelope envelope = Envelope.with(keys.find("notes"), provider);
            byte[] sealed = envelope.seal(new byte[5], CONTEXT);
            return envelope.isApproved()
                + " "
                + reusing(envelope)
                + " "
                + provider.isApproved("Cipher", "E2EE-Envelope", keys.find("notes"))
                + " "
                + envelope.open(sealed, CONTEXT).length;
          }
        });
    all.put(
        "key file under a passphrase",
        () -> {
          Path folder = Files.createTempDirectory("e2ee-fips");
          try (SecretBytes passphrase = SecretBytes.copyOf("a passphrase".getBytes(UTF_8))) {
            return KeyFile.create(
                folder.resolve("keys.e2ee"),
                NewSlot.passphrase(passphrase, Argon2Cost.DEFAULT),
                CustodyOptions.defaults());
          }
        });
  }

  /** Whatever the length, what comes out is a result or an exception; never an error. */
  private Object oddLengths() throws Exception {
    int refused = 0;
    for (int length = 1; length < 70; length++) {
      byte[] bytes = new byte[length];
      for (Action action :
          new Action[] {
            () -> {
              Mac mac = Mac.getInstance("HmacSHA384", provider);
              mac.init(new SecretKeySpec(bytes, "any"));
              return mac.doFinal();
            },
            () -> wrapped("AES/KW/NoPadding", bytes),
            () -> wrapped("AES/KWP/NoPadding", bytes),
            () -> {
              Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
              cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(bytes, "AES"));
              return cipher.doFinal(bytes);
            },
            () -> pbkdf2(provider, "p".repeat(bytes.length), bytes.length),
            () ->
                SecretKeyFactory.getInstance("HKDF-SHA256", provider)
                    .generateSecret(new HkdfKeySpec(bytes, bytes, bytes, bytes.length))
          }) {
        try {
          action.run();
        } catch (Exception e) {
          refused++;
        }
      }
    }
    return refused > 0;
  }

  private Object wrapped(String algorithm, byte[] bytes) throws Exception {
    Cipher cipher = Cipher.getInstance(algorithm, provider);
    cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(UMK, "AES"));
    return cipher.wrap(new SecretKeySpec(bytes, "AES"));
  }
}
