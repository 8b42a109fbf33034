// The bounds of a cost that is read from a file or a message: ../spec/recovery.md and ../spec/keyfile.md, section 1.
const BOUNDS = { memory: [19456, 1048576], passes: [2, 16], lanes: [1, 16] };

/** Whether all of it is 0, which says that there is no cost: derivation 2 of ../spec/recovery.md. */
export const hasNoCost = (cost) => Object.keys(BOUNDS).every((name) => cost[name] === 0);

/** Refuses a cost out of bounds, before anything is allocated for it. A cost is {memory (KiB), passes, lanes}. */
export function checkCost(cost, refusal) {
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    if (cost[name] < least || cost[name] > most) throw refusal(`${name} of Argon2id is ${cost[name]}, not ${least} to ${most}`);
  }
}
