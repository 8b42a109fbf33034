// The bare DEK wrap: ../spec/envelope.md, section 10.
import { malformed, usage } from './bytes.mjs';
import { bind, checkUnambiguous } from './context.mjs';
import { openWrap, sealWrap, wrapLength } from './wrap.mjs';

const DEK = 32;

function associatedData(context) {
  if (context.tenant !== undefined || context.revision !== undefined) throw usage('a bare DEK wrap binds no tenant and no revision');
  const { dekAad } = bind(context);
  checkUnambiguous(context);
  return dekAad;
}

/** The DEK in a wrap, by the key's wrapAlg. */
export function unwrapDek(key, context, wrap) {
  const length = wrapLength(key);
  if (wrap.length !== length) throw malformed(`a wrapped DEK has ${length} bytes`); // [envelope-36]
  return openWrap(key, wrap, associatedData(context));
}

/** All of `random` but the DEK is fresh for each wrap; here it is given, so that vectors can be made again. */
export function wrapDek(key, context, random) {
  if (random.dek.length !== DEK) throw malformed(`a DEK has ${DEK} bytes`); // [envelope-36]
  return sealWrap(key, random, associatedData(context));
}
