// Encoded parameters: ../spec/envelope.md, section 9, and ../spec/recovery.md, section 3. Public, and not authenticated.
import { Reader, join, malformed, textOf, u32, u8, usage, utf8 } from './bytes.mjs';
import { checkUnambiguous, decodeContext, encodeContext } from './context.mjs';
import { checkCost, hasNoCost } from './argon2-cost.mjs';

const MAX_GENERATION = 0x7fffffff;

function reader(bytes) {
  const parameters = new Reader(bytes, () => malformed('parameters are cut'));
  if (parameters.number(1) !== 1) throw malformed('another version of parameters');
  return parameters;
}

/** {suite, minGeneration, context} */
export function decodeEnvelopeParameters(bytes) {
  // [envelope-34]
  const parameters = reader(bytes);
  const suite = parameters.number(1);
  if (suite > 2) throw malformed(`suite ${suite}`);
  const minGeneration = parameters.number(4);
  if (minGeneration > MAX_GENERATION) throw malformed('minimum generation too high');
  return { suite, minGeneration, context: decodeContext(parameters.rest()) };
}

export const encodeEnvelopeParameters = ({ suite, minGeneration, context }) =>
  join(u8(1), u8(suite), u32(minGeneration), encodeContext(context));

/** The context of a bare DEK wrap. */
export function decodeDekWrapParameters(bytes) {
  // [envelope-35]
  const context = decodeContext(reader(bytes).rest());
  const isShape = context && context.tenant === undefined && context.revision === undefined;
  if (!isShape) throw malformed('not a record context without tenant and revision');
  checkUnambiguous(context, malformed);
  return context;
}

export const encodeDekWrapParameters = (context) => join(u8(1), encodeContext(context));

/** {issue, memory, passes, lanes, userId}; three zeros ask for derivation 2 */
export function decodeRecoveryParameters(bytes) {
  // [recovery-10]
  const parameters = reader(bytes);
  const issue = parameters.number(4);
  const cost = { memory: parameters.number(4), passes: parameters.number(4), lanes: parameters.number(4) };
  const id = parameters.rest();
  const userId = textOf(id);
  if (issue < 1 || issue > MAX_GENERATION) throw malformed('issue out of bounds');
  if (!hasNoCost(cost)) checkCost(cost, malformed);
  if (userId === undefined || id.length < 1 || id.length > 1024) throw malformed('the user id is no text of 1 to 1024 bytes');
  return { issue, ...cost, userId };
}

export function encodeRecoveryParameters({ issue, memory, passes, lanes, userId }) {
  if (!userId.isWellFormed()) throw usage('the user id is not well-formed text');
  return join(u8(1), u32(issue), u32(memory), u32(passes), u32(lanes), utf8(userId));
}
