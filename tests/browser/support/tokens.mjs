// Tokens that nobody should believe: made after the pattern of a real one, signed with a key of our own or with none.

import { webcrypto } from 'node:crypto';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = (real) => JSON.parse(Buffer.from(real.split('.')[0], 'base64url'));
const lasting = (claims) => ({ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 3600, ...claims });

/** With the header of a real token, its key id included, and a signature by another key. */
export async function forged(real, claims) {
  const { privateKey } = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign']);
  const signed = `${part({ ...header(real), alg: 'ES384' })}.${part(lasting(claims))}`;
  const signature = await webcrypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-384' }, privateKey, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

/** The same without a signature, as `alg: none` has it. */
export function forgedUnsigned(real, claims) {
  return `${part({ ...header(real), alg: 'none' })}.${part(lasting(claims))}.`;
}
