// Groups of argon2id.json.
import { argon2id } from '../argon2id.mjs';
import { ACCEPTED, equal, hex } from './outcome.mjs';

const MEMBERS = ['password', 'salt', 'secret', 'associatedData', 'tag'];

function check(group, { memoryKiB: memory, passes, lanes, ...test }) {
  const [password, salt, secret, associatedData, tag] = MEMBERS.map((name) => hex(test[name]));
  equal('tag', argon2id({ password, salt, secret, associatedData, memory, passes, lanes, length: tag.length }), tag);
  return ACCEPTED;
}

export const argon2idChecks = { Argon2id: check };
