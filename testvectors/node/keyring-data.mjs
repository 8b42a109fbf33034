// Documents, blobs and their authors: ../spec/keyring.md, section 8. `opened` is what keyring.mjs opens.
import { join, malformed, notAuthentic, u32, utf8 } from './bytes.mjs';
import { canonical, readJson } from './canonical-json.mjs';
import { MOST_EPOCHS, base64, integer, nameBytes, object } from './keyring-format.mjs';
import { isSignature, signMessage } from './signatures.mjs';
import { BOX_OVERHEAD, openBox, sealBox } from './symmetric.mjs';

const MOST_PLAIN = 16777216;
const MOST_SEALED = MOST_PLAIN + BOX_OVERHEAD;
const MOST_DOCUMENT = 22370680;
const EPOCH = 4;
const AUTHOR = utf8('starfish-doc-author-v1\n');

/** [keyring-21] */
function readDocument(bytes) {
  const document = object(readJson(bytes, MOST_DOCUMENT), 'a document');
  if (document.size !== 2) throw malformed('a document has two members');
  const box = base64(document.get('_encrypted'), '_encrypted', BOX_OVERHEAD, MOST_SEALED);
  return { document, box, epoch: integer(document.get('_epoch'), '_epoch', 1, MOST_EPOCHS) };
}

function openParsed(opened, { box, epoch }) {
  const text = openBox(opened.cek(epoch), box, utf8(String(epoch)));
  const value = readJson(text, MOST_PLAIN, Infinity);
  if (value === null || typeof value !== 'object') throw malformed('what was sealed is no object or array');
  return text;
}

/** The JSON text of a document, in bytes. */
export const openDocument = (opened, bytes) => openParsed(opened, readDocument(bytes));

/** A document as JSON. [keyring-20] */
export const sealDocument = (cek, epoch, text, nonce) =>
  ({ _encrypted: sealBox(cek, nonce, text, utf8(String(epoch))).toString('base64'), _epoch: epoch });

const authored = (document, path) => {
  nameBytes(path);
  return join(AUTHOR, canonical({ d: document, k: path }));
};

/** The signature of an author over what `readJson` gives of a document. */
export const signDocument = (authorPrivate, document, path) => signMessage('ed25519', authorPrivate, authored(document, path));

/** A document that has to be by one of these authors. [keyring-22] */
export function openAuthored(opened, bytes, path, { author, signature }, authors) {
  const parsed = readDocument(bytes);
  const isTheirs = authors.includes(author) && isSignature('ed25519', Buffer.from(author, 'hex'), authored(parsed.document, path), signature);
  if (!isTheirs) throw notAuthentic();
  return openParsed(opened, parsed);
}

const blobAad = (epoch, path) => join(utf8(`starfish-blob:${epoch}:`), nameBytes(path, 0));

export function openBlob(opened, bytes, path) {
  if (bytes.length < EPOCH + BOX_OVERHEAD || bytes.length > EPOCH + MOST_SEALED) throw malformed('a blob has a wrong length');
  const epoch = bytes.readUInt32BE(0);
  if (epoch < 1 || epoch > MOST_EPOCHS) throw malformed('a blob of an epoch that cannot be');
  return openBox(opened.cek(epoch), bytes.subarray(EPOCH), blobAad(epoch, path));
}

export const sealBlob = (cek, epoch, bytes, path, nonce) => join(u32(epoch), sealBox(cek, nonce, bytes, blobAad(epoch, path)));
