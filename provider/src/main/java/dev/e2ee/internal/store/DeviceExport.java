package dev.e2ee.internal.store;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.device.DeviceCurves;
import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.hpke.Hpke;
import dev.e2ee.internal.hpke.HpkeContext;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.store.MalformedStoreException;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;

/**
 * The export for a device: {@code testvectors/spec/store.md}, section 5, protection 2. Stateless,
 * reads like its specification.
 */
public final class DeviceExport {
  /** The one message for everything that is not authentic. */
  public static final String NOT_AUTHENTIC =
      "the export of a store's keys is not authentic: altered, of another store, for another device,"
          + " or by another one";

  private static final int HEAD = ExportHead.LENGTH + 2;

  private final DevicePublicKeys sender;
  private final DevicePublicKeys recipient;
  private final byte[] storeName;

  /**
   * From one device to another.
   *
   * @param storeName what the application calls the store, 1 to 1024 bytes of UTF-8
   */
  public DeviceExport(DevicePublicKeys sender, DevicePublicKeys recipient, String storeName) {
    this.sender = sender;
    this.recipient = recipient;
    this.storeName = ExportHead.bytesOf(storeName);
  }

  /**
   * Seals the keys of a store, and signs.
   *
   * @param own the private keys of the sender
   */
  public byte[] seal(StoreSecrets secrets, DeviceKeys own) {
    byte[] head =
        ExportHead.write(ByteBuffer.allocate(HEAD), secrets, ExportHead.DEVICE)
            .put((byte) recipient.agreementAlgorithm().number())
            .put((byte) sender.signingAlgorithm().number())
            .array();
    byte[] keys = secrets.encode();
    // [store-17]
    try (Hpke.Sender hpke = hpke(own.engine()).setupSender(recipient.agreementKey(), info())) {
      byte[] sealed = hpke.context().seal(head, keys);
      byte[] unsigned =
          ByteBuffer.allocate(HEAD + hpke.enc().length + sealed.length)
              .put(head)
              .put(hpke.enc())
              .put(sealed)
              .array();
      byte[] signature = own.signing().sign(signed(unsigned));
      return ByteBuffer.allocate(unsigned.length + signature.length)
          .put(unsigned)
          .put(signature)
          .array();
    } catch (InvalidKeyException e) {
      throw new ProviderException("a key that was checked before is not valid", e);
    } finally {
      Arrays.fill(keys, (byte) 0);
      own.engine().wipe();
    }
  }

  /**
   * Opens one.
   *
   * @param own the private keys of the recipient
   * @return the keys, which the caller closes
   * @throws MalformedStoreException for bytes that are none
   * @throws AEADBadTagException when it is not authentic
   */
  public StoreSecrets open(byte[] given, DeviceKeys own)
      throws MalformedStoreException, AEADBadTagException {
    byte[] export = given.clone(); // nobody changes it behind the checks
    ByteBuffer in = ByteBuffer.wrap(export);
    ExportHead promised = ExportHead.read(in, ExportHead.DEVICE);
    if (in.remaining() < 2) {
      throw new MalformedStoreException("the export was cut");
    }
    AgreementAlgorithm agreement = agreement(in.get());
    SigningAlgorithm signing = signing(in.get());
    // [store-14]
    int enc = DeviceCurves.of(agreement).publicKeyLength();
    int length = HEAD + enc + promised.keysLength() + Engine.TAG + Signatures.LENGTH;
    if (export.length != length) {
      throw new MalformedStoreException(
          "this export must have " + length + " bytes, not " + export.length + "; was it cut?");
    }
    // [store-21]
    try {
      if (agreement != recipient.agreementAlgorithm() || signing != sender.signingAlgorithm()) {
        throw new AEADBadTagException("other algorithms");
      }
      return verified(export, promised, enc, own);
    } catch (AEADBadTagException | InvalidKeyException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    } finally {
      own.engine().wipe();
    }
  }

  private StoreSecrets verified(byte[] export, ExportHead promised, int enc, DeviceKeys own)
      throws AEADBadTagException, InvalidKeyException {
    Engine engine = own.engine();
    int end = export.length - Signatures.LENGTH;
    // [store-19]
    if (!Signatures.verify(
        engine,
        DeviceCurves.of(sender.signingAlgorithm()),
        sender.signingKey(),
        signed(Arrays.copyOf(export, end)),
        Arrays.copyOfRange(export, end, export.length))) {
      throw new AEADBadTagException("another signature");
    }
    byte[] keys;
    byte[] encapsulated = Arrays.copyOfRange(export, HEAD, HEAD + enc);
    try (HpkeContext hpke = hpke(engine).setupRecipient(encapsulated, own.agreement(), info())) {
      keys = hpke.open(Arrays.copyOf(export, HEAD), Arrays.copyOfRange(export, HEAD + enc, end));
    }
    try {
      return StoreSecrets.decode(engine, keys, promised.storeId(), promised.generation());
    } finally {
      Arrays.fill(keys, (byte) 0);
    }
  }

  private static AgreementAlgorithm agreement(int number) throws MalformedStoreException {
    return Stream.of(AgreementAlgorithm.values())
        .filter(algorithm -> algorithm.number() == number)
        .findFirst()
        .orElseThrow(() -> new MalformedStoreException("another agreement algorithm"));
  }

  private static SigningAlgorithm signing(int number) throws MalformedStoreException {
    return Stream.of(SigningAlgorithm.values())
        .filter(algorithm -> algorithm.number() == number)
        .findFirst()
        .orElseThrow(() -> new MalformedStoreException("another signing algorithm"));
  }

  private Hpke hpke(Engine engine) {
    return new Hpke(engine, Kem.of(DeviceCurves.of(recipient.agreementAlgorithm())));
  }

  private byte[] info() {
    return devices("e2ee-store-export-hpke-v1").bytes();
  }

  private byte[] signed(byte[] unsigned) {
    return devices("e2ee-store-export-sign-v1").lp(unsigned).bytes();
  }

  private Bound devices(String label) {
    return new Bound(label).lp(storeName).lp(sender.encode()).lp(recipient.encode());
  }
}
