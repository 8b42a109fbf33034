// The bare DEK wrap: ../spec/envelope.md, section 10.
import { malformed, usage } from './bytes.mjs';
import { bind, checkUnambiguous } from './context.mjs';
import { WRAP } from './envelope.mjs';
import { openBox, sealBox } from './symmetric.mjs';

const DEK = 32;

function associatedData(context) {
  if (context.tenant !== undefined || context.revision !== undefined) throw usage('a bare DEK wrap binds no tenant and no revision');
  const { dekAad } = bind(context);
  checkUnambiguous(context);
  return dekAad;
}

/** The DEK of 60 bytes. */
export function unwrapDek(umk, context, wrap) {
  if (wrap.length !== WRAP) throw malformed(`a wrapped DEK has ${WRAP} bytes`); // [envelope-36]
  return openBox(umk, wrap, associatedData(context));
}

/** The nonce is fresh for each wrap; here it is given, so that vectors can be made again. */
export function wrapDek(umk, context, dek, nonce) {
  if (dek.length !== DEK) throw malformed(`a DEK has ${DEK} bytes`); // [envelope-36]
  return sealBox(umk, nonce, dek, associatedData(context));
}
