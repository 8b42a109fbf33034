#!/usr/bin/env node
// Has the real Starfish client do what a file of tasks asks for, and writes what each of them gave into another file. The
// client lies where npm has installed it (testvectors/starfish-client): nothing of it is part of this project.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, tasksFile, resultsFile] = process.argv.slice(2);
const load = (name) =>
  import(pathToFileURL(resolve(folder, 'node_modules/@drakkar.software', `starfish-${name}`, 'dist/index.js')));
const [keyrings, identities, protocol] = await Promise.all(['keyring', 'identities', 'protocol'].map(load));

const adder = (device) => ({ edPrivHex: device.edPriv, edPubHex: device.edPub });
const bytes = (base64) => new Uint8Array(Buffer.from(base64, 'base64'));
const base64 = (array) => Buffer.from(array).toString('base64');

const encryptor = ({ keyring, device, adders }) =>
  keyrings.createKeyringEncryptor(
    keyring, { kemPubHex: device.kemPub, kemPrivHex: device.kemPriv }, { trustedAdders: adders });

async function currentCek(keyring, device) {
  const entry = keyring.epochs[keyring.currentEpoch].wrappedKeys.find((each) => each.subKem === device.kemPub);
  if (!await keyrings.verifyEntrySignature(entry, keyring.currentEpoch)) throw new Error('an entry is not signed');
  return keyrings.unwrapFromEntry(entry, device.kemPriv);
}

const operations = {
  newDevice: () => identities.generateDeviceKeys(),
  sealPassphrase: ({ passphrase, bytes: plain }) => identities.sealWithPassphrase(passphrase, bytes(plain)),
  openPassphrase: async ({ passphrase, envelope }) =>
    base64(await identities.openWithPassphrase(passphrase, envelope)),
  sealPassphrase: ({ passphrase, bytes: plain }) => identities.sealWithPassphrase(passphrase, bytes(plain)),
  openPassphrase: async ({ passphrase, envelope }) =>
    base64(await identities.openWithPassphrase(passphrase, envelope)),
  root: async ({ passphrase }) => identities.deriveRootIdentity(passphrase),

  create: async ({ device, recipients }) =>
    (await keyrings.createKeyring(adder(device), recipients.map((subKemHex) => ({ subKemHex })))).keyring,
  add: async ({ keyring, device, recipient }) =>
    keyrings.addRecipient(keyring, adder(device), await currentCek(keyring, device), recipient),
  rotate: async ({ keyring, device, recipients }) =>
    (await keyrings.rotateEpoch(keyring, adder(device), recipients.map((subKemHex) => ({ subKemHex })))).keyring,

  encrypt: async (given) => (await encryptor(given)).encrypt(given.data),
  decrypt: async (given) => (await encryptor(given)).decrypt(given.document),
  sealBytes: async (given) => base64(await (await encryptor(given)).sealBytes(bytes(given.bytes), given.path)),
  openBytes: async (given) => base64(await (await encryptor(given)).openBytes(bytes(given.blob), given.path)),
  signAuthor: ({ path, document, device }) => protocol.signDocAuthor(path, document, device.edPub, device.edPriv),
  verifyAuthor: ({ path, document, author, signature }) => protocol.verifyDocAuthor(path, document, author, signature),

  seal: async ({ bytes: plain, recipient, device, aad }) => keyrings.seal(bytes(plain), recipient, adder(device), aad),
  unseal: async ({ blob, device, sealer, aad }) =>
    base64(await keyrings.unseal(blob, device.kemPriv, { requireSealer: sealer, aad })),

  writeQr: ({ device, scope, nonce }) => identities.buildPairingQr(device.edPub, device.kemPub, scope, bytes(nonce)),
  readQr: ({ qr }) => identities.parsePairingQr(qr),
  assemble: async ({ device, asked, scope, keyringsByName }) => {
    const keys = {};
    for (const [name, keyring] of Object.entries(keyringsByName)) {
      keys[name] = { epoch: keyring.currentEpoch, cek: await currentCek(keyring, device) };
    }
    return identities.assemblePairingBundle(device, asked, keys, { grantedScope: scope });
  },
  install: async ({ bundle, device, nonce, root }) => {
    const { credentials, ceks } = await identities.installPairingBundle(
      bundle, device, { expectedQrNonce: nonce, expectedRootEdPub: root });
    const keys = {};
    for (const [name, { epoch, cek }] of Object.entries(ceks)) keys[name] = { epoch, cek: base64(cek) };
    return { userId: credentials.userId, keys };
  },
  // The CEK that a device has by a keyring's entry: to compare with what came in a bundle.
  cek: async ({ keyring, device }) => base64(await currentCek(keyring, device)),

  writeRequest: ({ device, code, nonce }) => identities.buildPairingRequest(device, code, bytes(nonce)),
  readRequest: ({ message, code }) => identities.readPairingRequest(message, code),
  writeResponse: ({ bundle, code, nonce }) => identities.buildPairingResponse(bundle, code, nonce),
  readResponse: ({ message, code }) => identities.readPairingResponse(message, code),
};

const results = [];
for (const { op, ...given } of JSON.parse(readFileSync(tasksFile, 'utf8'))) {
  const operation = operations[op];
  if (!operation) throw new Error(`no operation ${op}`);
  try {
    results.push({ ok: true, value: await operation(given) });
  } catch (e) {
    // A fault of this program's is no refusal.
    if (e instanceof TypeError || e instanceof ReferenceError) throw e;
    results.push({ ok: false, error: e.message });
  }
}
writeFileSync(resultsFile, JSON.stringify(results));
