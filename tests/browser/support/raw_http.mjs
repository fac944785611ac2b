// The protocol without a library: what a careful client never sends, and what it must be answered.

import assert from 'node:assert/strict';
import { fetchWithRetry } from './http_user.mjs';

/** Sends a form as it is, and returns what came back as it is. */
export async function sends(to, fields, headers) {
  const pairs = Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  const body = new URLSearchParams(pairs.filter(([, value]) => value !== undefined));
  const answer = await fetchWithRetry(to, { method: 'POST', body, headers });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

/** The answer says no in the protocol's words and in those of the other APIs. */
export function isRefused({ status, body, headers }, error, why) {
  assert.equal(body.error, error, why);
  assert.equal(body.code, `oidc.${error}`, why);
  assert.ok(body.error_description && body.message, why);
  assert.equal(status, error === 'invalid_client' ? 401 : 400, why);
  assert.match(headers.get('cache-control'), /no-store/);
}
