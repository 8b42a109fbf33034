package dev.e2ee.secrets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceApproval;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DeviceJoin;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.invite.InviteSecret;
import dev.e2ee.internal.store.StoreSecrets;
import dev.e2ee.interop.acontext.AcontextLegacyToken;
import dev.e2ee.interop.acontext.AcontextObjects;
import dev.e2ee.interop.acontext.AcontextPepper;
import dev.e2ee.interop.acontext.AcontextToken;
import dev.e2ee.interop.pia.PiaRecoveryCode;
import dev.e2ee.interop.starfish.StarfishRelayCode;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteAcceptance;
import dev.e2ee.invite.InviteCode;
import dev.e2ee.invite.Pairing;
import dev.e2ee.key.DataKey;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.key.HkdfKeySpec;
import dev.e2ee.key.RawKey;
import dev.e2ee.key.SoftwareKey;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.recovery.Argon2KeySpec;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.store.StoreCipher;
import dev.e2ee.store.StoreKeys;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.token.ApiToken;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every public class that holds a secret: shows nothing of it, is not serialised, equals itself
 * only, and is closed for good. A class that is missing here is found by its fields.
 */
class HygieneTest {
  private static final String PASSWORD = "correct horse battery staple";
  private static final Set<Class<?>> SECRETS =
      Set.of(
          SecretBytes.class,
          SoftwareKey.class,
          UserMasterKey.class,
          DataKey.class,
          RawKey.class,
          RecoveryCode.class,
          CurveKeyPair.class,
          InviteSecret.class);

  private static final Set<String> ABSTRACT = Set.of(SoftwareKey.class.getName());

  /** Of one class: an object, and what it must not show. */
  private record Holder(Object object, List<byte[]> secrets) {
    static Holder of(Object object, byte[]... secrets) {
      return new Holder(object, List.of(secrets));
    }

    Class<?> type() {
      return object.getClass();
    }
  }

  private static List<Holder> holders() throws Exception {
    byte[] umk = Sample.umkBytes();
    byte[] password = PASSWORD.getBytes(StandardCharsets.UTF_8);
    RecoveryCode code = RecoveryCode.generate();
    byte[] codeText = new String(code.text()).getBytes(StandardCharsets.US_ASCII);
    PiaRecoveryCode pia = PiaRecoveryCode.generate();
    byte[] piaText = new String(pia.text()).getBytes(StandardCharsets.US_ASCII);
    StarfishRelayCode relay = StarfishRelayCode.generate();
    byte[] relayText = new String(relay.text()).getBytes(StandardCharsets.US_ASCII);
    List<Holder> all = new ArrayList<>();
    all.add(Holder.of(SecretBytes.copyOf(umk), umk));
    all.add(Holder.of(Sample.umk(), umk));
    all.add(Holder.of(DataKey.of(umk), umk));
    all.add(Holder.of(RawKey.of("AES", umk), umk));
    all.add(Holder.of(new HkdfKeySpec(umk, new byte[1], new byte[1], 32), umk));
    all.add(Holder.of(new Argon2KeySpec(password, new byte[16], Argon2Cost.DEFAULT, 32), password));
    all.add(Holder.of(code, codeText));
    all.add(Holder.of(pia, piaText));
    all.add(Holder.of(relay, relayText));
    all.add(Holder.of(Envelope.with(Sample.umk()), umk));
    all.add(dataKeyReuse());
    all.add(apiToken());
    all.addAll(stores());
    all.addAll(acontext(umk));
    all.addAll(devices(umk));
    all.addAll(invites());
    return all;
  }

  /** Its text behind the prefix and version, and so its seed; and what a server is sent of it. */
  private static Holder apiToken() {
    ApiToken token = ApiToken.generate();
    byte[] text = new String(token.text()).substring(7).getBytes(StandardCharsets.US_ASCII);
    try (SecretBytes auth = token.auth("here")) {
      return Holder.of(token, text, auth.copy());
    }
  }

  /** What holds a store's keys, inside and outside, and a record that was opened. */
  private static List<Holder> stores() throws Exception {
    StoreSecrets secrets = StoreSecrets.generate(Engine.jdk());
    StoreKeys keys = StoreKeys.generate();
    StoreCipher cipher = StoreCipher.with(keys);
    byte[] content = Sample.plaintext(40);
    return List.of(
        Holder.of(secrets, secrets.current().key().copy()),
        Holder.of(secrets.current(), secrets.current().key().copy()),
        Holder.of(cipher.open("notes", cipher.seal("notes", 1, content)), content),
        Holder.of(cipher, content),
        Holder.of(keys, content));
  }

  /** A pepper, both kinds of token, and what works under a master key. */
  private static List<Holder> acontext(byte[] umk) throws Exception {
    AcontextPepper pepper = AcontextPepper.of(PASSWORD.toCharArray());
    AcontextToken token = AcontextToken.issue(Sample.umk(), pepper);
    byte[] text = new String(token.text()).substring(6).getBytes(StandardCharsets.US_ASCII);
    char[] legacy = ("sk-ac-" + PASSWORD).toCharArray();
    byte[] password = PASSWORD.getBytes(StandardCharsets.UTF_8);
    return List.of(
        Holder.of(pepper, password),
        Holder.of(token, text, umk),
        Holder.of(AcontextLegacyToken.parse(legacy), password),
        Holder.of(AcontextObjects.with(Sample.umk()), umk));
  }

  /** One that keeps a data key. */
  private static Holder dataKeyReuse() throws Exception {
    MemoryCustodyKey custody = MemoryCustodyKey.umk();
    DataKeyReuse reuse = DataKeyReuse.limitedTo(9, Duration.ofMinutes(5), 1_000);
    Envelope.with(custody).withDataKeyReuse(reuse).seal(new byte[1], Sample.context());
    return Holder.of(reuse, custody.deks().get(0).copy());
  }

  /** An identity, its private keys as JCA has them, and both sides of a handshake, to its end. */
  private static List<Holder> devices(byte[] umk) throws Exception {
    List<Holder> all = new ArrayList<>();
    try (CurveKeyPair agreement = CurveKeyPair.generate(Engine.jdk(), Curve.X25519);
        CurveKeyPair signing = CurveKeyPair.generate(Engine.jdk(), Curve.ED25519)) {
      byte[] one = agreement.privateKey().copy();
      byte[] two = signing.privateKey().copy();
      DevicePublicKeys keys =
          DevicePublicKeys.of(
              "phone",
              AgreementAlgorithm.X25519,
              agreement.publicKey(),
              SigningAlgorithm.ED25519,
              signing.publicKey());
      DeviceIdentity phone = DeviceIdentity.of(keys, one.clone(), two.clone());
      DeviceIdentity laptop =
          DeviceIdentity.generate("laptop", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
      all.add(Holder.of(phone, one, two));
      all.add(Holder.of(phone.privateKey(), one, two));
      DeviceJoin join = DeviceJoin.start(phone, "ann", new DeviceRegistry());
      DeviceApproval approval =
          DeviceApproval.start(laptop, "ann", Sample.umk(), new DeviceRegistry(), join.request());
      all.add(Holder.of(join, one, two, umk));
      all.add(Holder.of(approval, umk));
      join.receive(approval.offer());
      approval.receive(join.reveal());
      join.confirm(approval.fingerprint().toString());
      DeviceApproval.Approved approved =
          approval.approve(join.fingerprint().toString(), Sample.umk());
      all.add(Holder.of(approved, umk));
      all.add(Holder.of(join.finish(approved.message()), umk));
    }
    return all;
  }

  /** Both sides of an invite, its code, and what it brings. */
  private static List<Holder> invites() throws Exception {
    DeviceIdentity laptop =
        DeviceIdentity.generate("laptop", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
    DeviceIdentity phone =
        DeviceIdentity.generate("phone", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
    Envelope custody = Envelope.with(Sample.umk());
    Invite invite = Invite.createInvite(laptop, Duration.ofHours(1));
    InviteCode code = invite.code();
    byte[] text = new String(code.text()).getBytes(StandardCharsets.US_ASCII);
    InviteAcceptance acceptance = InviteAcceptance.acceptInvite(phone, code);
    acceptance.save(custody);
    invite.receive(acceptance.request());
    invite.save(custody);
    acceptance.receive(invite.answer());
    acceptance.save(custody);
    Pairing pairing = acceptance.pairing();
    byte[] dataKey = pairing.dataKey().copy();
    return List.of(
        Holder.of(code, text),
        Holder.of(invite, text, dataKey),
        Holder.of(acceptance, text, dataKey),
        Holder.of(pairing, dataKey));
  }

  @TestFactory
  Stream<DynamicTest> eachShowsNothing() throws Exception {
    return holders().stream()
        .map(
            holder ->
                DynamicTest.dynamicTest(
                    holder.type().getName(), () -> check(holder.object, holder.secrets)));
  }

  private static void check(Object object, List<byte[]> secrets) throws Exception {
    assertShowsNone(String.valueOf(object), secrets);
    assertEquals(object, object);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      assertThrows(NotSerializableException.class, () -> out.writeObject(object));
    }
    assertShowsNone(bytes.toString(StandardCharsets.ISO_8859_1), secrets);
    if (object instanceof AutoCloseable closeable) {
      closeable.close();
      closeable.close();
      assertEquals(object, object);
      assertShowsNone(String.valueOf(object), secrets);
    }
  }

  private static void assertShowsNone(String text, List<byte[]> secrets) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (byte[] secret : secrets) {
      Refused.forms(secret)
          .forEach(
              form ->
                  assertFalse(lower.contains(form.toLowerCase(Locale.ROOT)), () -> "in: " + text));
    }
  }

  @Test
  void twinsAreNotEqual() throws Exception {
    assertNotEquals(Sample.umk(), Sample.umk());
    assertNotEquals(RawKey.of("AES", Sample.umkBytes()), RawKey.of("AES", Sample.umkBytes()));
    assertNotEquals(SecretBytes.copyOf(new byte[3]), SecretBytes.copyOf(new byte[3]));
    char[] text = RecoveryCode.generate().text();
    assertNotEquals(RecoveryCode.parse(text.clone()), RecoveryCode.parse(text.clone()));
  }

  /** The shells hold keys too; what JCA's classes show of them is theirs. */
  @Test
  void ciphersShowNothing() throws Exception {
    E2eeProvider provider = new E2eeProvider();
    byte[] umk = Sample.umkBytes();
    for (String name : new String[] {"AES/GCM/NoPadding", "E2EE-Envelope"}) {
      Cipher cipher = Cipher.getInstance(name, provider);
      cipher.init(
          Cipher.ENCRYPT_MODE, name.startsWith("E2EE") ? Sample.umk() : RawKey.of("AES", umk));
      cipher.update(Sample.plaintext(100));
      assertShowsNone(cipher + " " + cipher.getParameters(), List.of(umk, Sample.plaintext(40)));
    }
  }

  /** By the types of their fields, in the packages that others see. */
  @Test
  void noneIsMissing() throws Exception {
    Set<String> tried =
        holders().stream()
            .map(h -> h.type().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> missing = new TreeSet<>();
    for (Class<?> type : publicClasses()) {
      boolean holds =
          Stream.of(type.getDeclaredFields())
              .filter(field -> !Modifier.isStatic(field.getModifiers()))
              .map(Field::getType)
              .anyMatch(SECRETS::contains);
      if (holds && Modifier.isPublic(type.getModifiers()) && !tried.contains(type.getName())) {
        missing.add(type.getName());
      }
    }
    assertEquals(ABSTRACT, missing);
  }

  private static List<Class<?>> publicClasses() throws Exception {
    URI classes = E2eeProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path root = Path.of(classes);
    try (Stream<Path> files = Files.walk(root)) {
      List<String> names =
          files
              .map(file -> root.relativize(file).toString())
              .filter(name -> name.endsWith(".class") && name.startsWith("dev"))
              .filter(name -> !name.contains("internal"))
              .map(name -> name.replace('/', '.').substring(0, name.length() - 6))
              .toList();
      List<Class<?>> all = new ArrayList<>();
      for (String name : names) {
        all.add(Class.forName(name, false, HygieneTest.class.getClassLoader()));
      }
      return all;
    }
  }
}
