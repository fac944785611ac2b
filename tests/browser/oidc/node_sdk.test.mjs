// @logto/node as it is published: a server app that sends its secret with everything, discovery included. And what else a
// server app lives by: being told that somebody signed out elsewhere.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import LogtoClient from '@logto/node';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { API, APPS_AND_USERS, SECRET } from '../support/client.mjs';
import { ADA } from '../support/browser_user.mjs';
import { startRekey } from '../support/server.mjs';
import { HttpUser } from '../support/http_user.mjs';

const CALLBACK = 'https://app.example/callback';
const ADAS_ID = 'ada000000001';

/** A server and a server app; `more` is what the app registers beside its addresses. */
async function withDesk(more, body) {
  const desk = { id: 'desk', name: 'The desk', type: 'Traditional', secret: SECRET, redirectUris: [CALLBACK],
    postLogoutRedirectUris: ['https://app.example/left'], ...more };
  const rekey = await startRekey({ ...APPS_AND_USERS, applications: [desk] });
  try {
    await body(rekey, sdk(rekey.base));
  } finally {
    await rekey.stop();
  }
}

/** The SDK, with a session in memory; `sent` is where it last sent the browser. */
function sdk(endpoint) {
  const kept = new Map();
  const storage = {
    getItem: async (name) => kept.get(name) ?? null,
    setItem: async (name, value) => { kept.set(name, value); },
    removeItem: async (name) => { kept.delete(name); },
  };
  const config = { endpoint, appId: 'desk', appSecret: SECRET, scopes: ['email'], resources: [API] };
  const client = new LogtoClient(config, { storage, navigate: (url) => { client.sent = url; } });
  return client;
}

async function signsIn(client, visitor, options = {}) {
  await client.signIn({ redirectUri: CALLBACK, ...options });
  const answer = await visitor.signIn(client.sent);
  await client.handleSignInCallback(answer.href);
}

test('@logto/node signs somebody in, gets its tokens, and signs out', () => withDesk({}, async (rekey, client) => {
  const ada = new HttpUser(rekey.base);
  await signsIn(client, ada);
  assert.equal((await client.getIdTokenClaims()).sub, ADAS_ID);
  assert.equal((await client.fetchUserInfo()).email, ADA);
  assert.ok(!(await client.getAccessToken()).includes('.'));
  assert.equal((await client.getAccessTokenClaims(API)).aud, API);
  const context = await client.getContext({ getAccessToken: true, fetchUserInfo: true });
  assert.equal(context.isAuthenticated, true);
  await client.clearAccessToken();
  assert.ok(await client.getAccessToken());

  await client.signOut('https://app.example/left');
  const page = await ada.followRedirects(client.sent);
  const { left } = await ada.press(page, '/oidc/session/end/confirm');
  assert.equal(String(left), 'https://app.example/left');
  assert.equal(await client.isAuthenticated(), false);
}));

test('a server app is told when a session of its person ends', async () => {
  const told = [];
  const listener = createServer(async (request, response) => {
    told.push({ type: request.headers['content-type'], body: new URLSearchParams(await text(request)) });
    response.end();
    listener.emit('told');
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const uri = `http://127.0.0.1:${listener.address().port}/logout`;
  try {
    await withDesk({ backchannelLogoutUri: uri }, async (rekey, client) => {
      const ada = new HttpUser(rekey.base);
      await signsIn(client, ada);
      const { sid } = await client.getIdTokenClaims();
      const heard = once(listener, 'told', { signal: AbortSignal.timeout(20_000) });
      await ada.press(await ada.followRedirects('/account'), '/sign-out');
      await heard;
      const keys = createRemoteJWKSet(new URL(`${rekey.base}/oidc/jwks`));
      const token = told[0].body.get('logout_token');
      const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: `${rekey.base}/oidc`, audience: 'desk', typ: 'logout+jwt' });
      assert.equal(protectedHeader.alg, 'RS256');
      assert.equal(payload.sub, ADAS_ID);
      assert.equal(payload.sid, sid);
      assert.ok('http://schemas.openid.net/event/backchannel-logout' in payload.events);
      assert.equal(payload.nonce, undefined);
    });
  } finally {
    listener.close();
  }
});

test('bodies in JSON, resources with commas and the plain shape of errors are understood', () => withDesk({}, async (rekey, client) => {
  const posts = async (path, fields) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${rekey.base}/oidc/token${path}`, { method: 'POST', headers, body: JSON.stringify(fields) });
    return { status: answer.status, body: await answer.json() };
  };
  await client.signIn({ redirectUri: CALLBACK });
  const asked = new URL(client.sent);
  asked.searchParams.set('resource', `${API},${API}`);
  const code = (await new HttpUser(rekey.base).signIn(asked)).searchParams.get('code');
  const { codeVerifier } = await client.getSignInSession();
  const fields = { grant_type: 'authorization_code', client_id: 'desk', client_secret: SECRET, code, redirect_uri: CALLBACK,
    code_verifier: codeVerifier, resource: API };
  const { status, body } = await posts('', fields);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.access_token.split('.').length, 3);
  assert.deepEqual(Object.keys((await posts('?parse_error=false', fields)).body).sort(), ['error', 'error_description']);
}));
