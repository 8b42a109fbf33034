// Writes key files, right ones and wrong ones, from ../spec/keyfile.md. Shares no code with the Java implementation.
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';

/** "Random" bytes: SHA-256 over a fixed seed, the name of what they are for, and a counter. */
export function random(name, length) {
  const blocks = [];
  for (let i = 0; blocks.length * 32 < length; i++) {
    blocks.push(createHash('sha256').update(`e2ee keyfile vectors 1\0${name}\0${i}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function unsigned(bytes) {
  return (value) => {
    const out = Buffer.alloc(8);
    out.writeBigUInt64BE(BigInt(value));
    return out.subarray(8 - bytes);
  };
}
export const [u8, u16, u32, u64] = [1, 2, 4, 8].map(unsigned);
export const lp = (bytes) => Buffer.concat([u32(bytes.length), bytes]);

export const hmac = (key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest();
export const expand = (key, info, length = 32) => hmac(key, info, u8(1)).subarray(0, length);

export function box(key, nonce, plaintext, aad) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The salt is text here, because the command takes it as an argument; a file may have any bytes. */
export function argon2id(passphrase, salt, { memory, passes, lanes }) {
  const args = [salt.toString('ascii'), '-id', '-v', '13', '-r', '-l', '32', '-k', memory, '-t', passes, '-p', lanes];
  return Buffer.from(execFileSync('argon2', args.map(String), { input: passphrase }).toString().trim(), 'hex');
}
export const textSalt = (name) => Buffer.from(random(name, 16).toString('hex'), 'ascii');

function crcOf(polynomial) {
  return (bytes) => {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    }
    return u32((crc ^ 0xffffffff) >>> 0);
  };
}
export const crc32c = crcOf(0x82f63b78);
export const crc32 = crcOf(0xedb88320);

export const label = (tag, fileId, about = Buffer.alloc(0)) => Buffer.concat([Buffer.from(tag), u8(0), fileId, lp(about)]);

/** A slot's bytes and everything on the way to them; what the description names itself is not computed. */
export function slot(file, given) {
  const s = { created: 1790000000, label: 'slot', ...given, id: given.id ?? random(`${file.name} ${given.name} id`, 16) };
  const parameters =
    s.type === 1 && !s.body ? Buffer.concat([u32(s.cost.memory), u32(s.cost.passes), u32(s.cost.lanes), s.salt]) : Buffer.alloc(0);
  const labelBytes = Buffer.from(s.label);
  const bodyLength = s.body ? s.body.length : parameters.length + 32 + 60;
  const head = Buffer.concat([
    u8(s.type), s.id, u64(s.created), u8(s.labelLength ?? labelBytes.length), labelBytes, u16(s.bodyLength ?? bodyLength),
  ]);
  if (s.body) return { ...s, bytes: Buffer.concat([head, s.body]) };
  const fileKey = s.fileKey ?? file.fileKey;
  const slotFileId = s.fileId ?? file.fileId;
  s.kek ??= argon2id(s.passphraseUtf8 ?? Buffer.from(s.passphrase.normalize('NFC')), s.salt, s.deriveCost ?? s.cost);
  s.committed = Buffer.concat([head, parameters]);
  s.commitInfo = label(s.commitTag ?? 'e2ee-keyfile-slot-commit-v1', slotFileId, s.committed);
  s.commitment ??= expand(s.kek, s.commitInfo);
  s.boxAad = label(s.boxTag ?? 'e2ee-keyfile-slot-v1', slotFileId, Buffer.concat([s.committed, s.commitment]));
  s.box ??= box(s.kek, random(`${file.name} ${s.name} nonce`, 12), fileKey, s.boxAad);
  s.bytes = Buffer.concat([s.shownHead ?? head, s.shownParameters ?? parameters, s.commitment, s.box, s.more ?? Buffer.alloc(0)]);
  return s;
}

/** A row's bytes and everything on the way to them. */
export function row(file, given) {
  const r = { kind: 1, state: 2, created: 1790000000, uses: 1, ...given };
  r.rowId ??= random(`${file.name} ${r.name} ${r.generation} id`, 16);
  r.key ??= random(`${file.name} ${r.name} ${r.generation} key`, 32);
  const name = Buffer.from(r.name);
  r.identity = Buffer.concat([u8(r.nameLength ?? name.length), name, u32(r.generation), r.rowId, u8(r.kind), u64(r.created)]);
  const bound = r.boundIdentity ?? r.identity;
  r.boxAad = label(r.boxTag ?? 'e2ee-keyfile-key-v1', r.fileId ?? file.fileId, bound);
  r.box ??= box(file.wrapKey, random(`${file.name} ${r.name} ${r.generation} nonce`, 12), r.boxedKey ?? r.key, r.boxAad);
  r.commitInfo = label(r.commitTag ?? 'e2ee-keyfile-key-commit-v1', r.fileId ?? file.fileId, r.committedIdentity ?? r.identity);
  r.commitment ??= expand(r.committedKey ?? r.key, r.commitInfo);
  r.bytes = Buffer.concat([r.identity, u8(r.state), u64(r.uses), r.box, r.commitment]);
  return r;
}

/** A whole file. */
export function keyFile(name, given) {
  const file = { name, revision: 1, slots: [], keys: [], ...given };
  file.fileId ??= random(`${name} file id`, 16);
  file.fileKey ??= random(`${name} file key`, 32);
  file.macKey = expand(file.fileKey, label('e2ee-keyfile-mac-v1', file.fileId));
  file.wrapKey = expand(file.fileKey, label('e2ee-keyfile-wrap-v1', file.fileId));
  file.slots = file.slots.map((s) => slot(file, s));
  file.keys = file.keys.map((k) => row(file, k));
  const rest = Buffer.concat([
    u64(file.revision), file.fileId,
    u16(file.slotCount ?? file.slots.length), ...file.slots.map((s) => s.bytes),
    u16(file.keyCount ?? file.keys.length), ...file.keys.map((k) => k.bytes),
    file.trailing ?? Buffer.alloc(0),
  ]);
  const length = 16 + rest.length + 36;
  file.authenticated = Buffer.concat([
    Buffer.from(file.magic ?? 'E2EEKEYS'), u16(file.version ?? 1), u16(file.flags ?? 0), u32(length + (file.lengthError ?? 0)), rest,
  ]);
  file.mac ??= hmac(file.macUnder ?? file.macKey, file.authenticated);
  return { ...file, bytes: sealed(file.authenticated, file.mac, file.crc) };
}

/** The bytes under the MAC, the MAC, the checksum. */
export function sealed(authenticated, mac, crc = crc32c) {
  const content = Buffer.concat([authenticated, mac]);
  return Buffer.concat([content, crc(content)]);
}

/** A slot-key file. */
export function slotKey(id, kek, { magic = 'E2EESLOT', version = 1, crc = crc32c } = {}) {
  const content = Buffer.concat([Buffer.from(magic), u16(version), id, kek]);
  return Buffer.concat([content, crc(content)]);
}

/** The text of a keychain's item. */
export function item(id, kek, uri, more = {}) {
  return `e2ee-slot-1 ${slotKey(id, kek, more).toString('hex')} ${uri}`;
}
