// Groups of store.json.
import { openDeviceExport, openPassphraseExport, parsePassphraseExport, sealDeviceExport, sealPassphraseExport } from '../store-export.mjs';
import { decryptName, encryptPath } from '../store-name.mjs';
import { openRecord, sealRecord, storeOf } from '../store.mjs';
import { NONCE } from '../symmetric.mjs';
import { deviceOf } from './device.mjs';
import { REFUSED, SEALED, derive, equal, hex, noDerivation, refuses, watched } from './outcome.mjs';

function storeFrom(json) {
  const store = storeOf({ nameKey: hex(json.nameKey), keys: json.keys.map(({ generation, key }) => ({ generation, key: hex(key) })) });
  checkStore(store, json);
  return store;
}

function checkStore(store, json) {
  for (const name of ['nameKey', 'storeId']) equal(name, store[name], hex(json[name]));
  equal('number of keys', store.keys.length, json.keys.length);
  store.keys.forEach(({ generation, keyId, key }, i) => {
    equal('generation', generation, json.keys[i].generation);
    equal('keyId', keyId, hex(json.keys[i].keyId));
    equal('key', key, hex(json.keys[i].key));
  });
}

function checkValues(made, values) {
  for (const [name, value] of Object.entries(values)) equal(name, made[name], hex(value));
}

function storeRecord(group, test) {
  const store = storeFrom(group.keys.store);
  const bytes = hex(test.record);
  const keys = store.keys.map((key) => watched(key, 'key'));
  const attempt = () => openRecord({ ...store, keys }, test.path, bytes, BigInt(test.minimumRevision), test.minimumGeneration);
  if (test.result === 'invalid') {
    refuses(test, attempt);
    const isTouched = keys.some(({ reads }) => reads > 0);
    if (['malformed', 'no-key'].includes(test.error)) equal('a key was read', isTouched, false); // [store-5] [store-6]
    return REFUSED;
  }
  const { content, revision, generation, isPadded } = attempt();
  equal('content', content, hex(test.content));
  equal('revision', String(revision), test.revision);
  equal('generation', generation, test.generation);
  equal('padded', isPadded, test.padded);
  const stored = store.keys.find(({ keyId }) => bytes.subarray(12, 28).equals(keyId));
  const given = test.intermediate.random ? { random: hex(test.intermediate.random) } : { salt: hex(test.intermediate.salt) };
  const made = sealRecord(store, test.path, content, { revision, isPadded, ...given, stored });
  checkValues(made, test.intermediate);
  equal('record', made.bytes, bytes);
  return SEALED;
}

function storeName(group, test) {
  const nameKey = hex(group.keys.nameKey);
  if (test.result === 'invalid') return refuses(test, () => decryptName(nameKey, test.name));
  equal('path', decryptName(nameKey, test.name), test.path);
  const made = encryptPath(nameKey, test.path);
  checkValues(made, test.intermediate);
  equal('name', made.name, test.name);
  return SEALED;
}

function storeExportPassphrase(group, test) {
  const bytes = hex(test.export);
  const run = test.error === 'malformed' ? noDerivation : derive; // [store-14] [store-15]
  const attempt = () => openPassphraseExport(bytes, test.storeName, test.passphrase, test.minimumGeneration, run);
  if (test.result === 'invalid') return refuses(test, attempt);
  const store = attempt();
  checkStore(store, test.store);
  const { cost, salt, box } = parsePassphraseExport(bytes);
  const made = sealPassphraseExport(store, test.storeName, test.passphrase, { cost, salt, nonce: box.subarray(0, NONCE) }, derive);
  checkValues(made, test.intermediate);
  equal('export', made.bytes, bytes);
  return SEALED;
}

function storeExportDevice(group, test) {
  const recipient = watched(deviceOf(group.keys.recipient), 'agreementPrivate');
  const sender = deviceOf(group.keys.sender);
  const attempt = () => openDeviceExport(hex(test.export), test.storeName, recipient, sender.keys, test.minimumGeneration);
  if (test.result === 'invalid') {
    refuses(test, attempt);
    if (test.error === 'malformed') equal('reads of the private key', recipient.reads, 0); // [store-14]
    return REFUSED;
  }
  const store = attempt();
  checkStore(store, test.store);
  const made = sealDeviceExport(store, test.storeName, recipient.keys, sender, hex(test.intermediate.ephemeral));
  checkValues(made, test.intermediate);
  equal('export', made.bytes, hex(test.export));
  return SEALED;
}

export const storeChecks = {
  StoreRecord: storeRecord, StoreName: storeName, StoreExportPassphrase: storeExportPassphrase, StoreExportDevice: storeExportDevice,
};
