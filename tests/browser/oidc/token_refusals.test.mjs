// What the endpoints for tokens must not do: take half a proof, take a code twice, believe a token that they did not make.
// Each request is a right one with one thing wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { API, Client, SECRET } from '../support/client.mjs';
import { NEW_PASSWORD } from '../support/browser_user.mjs';
import { isRefused, sends } from '../support/raw_http.mjs';
import { ADAS_ID, rekey, server, spa, visitor } from '../support/shared_server.mjs';
import { forged, forgedUnsigned } from '../support/tokens.mjs';
import { fetchWithRetry, HttpUser } from '../support/http_user.mjs';

const posts = (fields, { headers, to = server.token_endpoint } = {}) => sends(to, fields, headers);

/** A code on its way back to the app, and the form that buys it. */
async function bought(client = spa(), extra = {}) {
  const asked = await client.authorizationRequest(extra);
  const left = await visitor().signIn(asked.url);
  return {
    grant_type: 'authorization_code', client_id: client.client.client_id, code: left.searchParams.get('code'),
    redirect_uri: client.redirect, code_verifier: asked.verifier,
  };
}

test('a code is worth nothing without everything that belongs to it', async () => {
  const right = await bought();
  const other = oauth.generateRandomCodeVerifier();
  for (const [why, changes, error] of [
    ['no verifier', { code_verifier: undefined }, 'invalid_grant'],
    ['another verifier', { code_verifier: other }, 'invalid_grant'],
    ['a short verifier', { code_verifier: 'x' }, 'invalid_grant'],
    ['another address', { redirect_uri: 'https://app.example/other' }, 'invalid_grant'],
    ['no address', { redirect_uri: undefined }, 'invalid_grant'],
    ['another client', { client_id: 'second' }, 'invalid_grant'],
    ['a confidential client without its secret', { client_id: 'web' }, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['a made-up code', { code: oauth.generateRandomState() }, 'invalid_grant'],
  ]) {
    const answer = await posts({ ...(await bought()), ...changes });
    if (why === 'no verifier' || why === 'no address') assert.ok(['invalid_grant', 'invalid_request'].includes(answer.body.error), why);
    else isRefused(answer, error, why);
  }
  const { status, body } = await posts(right);
  assert.equal(status, 200, JSON.stringify(body));
});

test('malformed requests for tokens are refused', async () => {
  const right = await bought();
  for (const [why, changes, error] of [
    ['no grant type', { grant_type: undefined }, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['the implicit one', { grant_type: 'implicit' }, 'unsupported_grant_type'],
    ['no code', { code: undefined }, 'invalid_request'],
    ['two codes', { code: [right.code, right.code] }, 'invalid_request'],
    ['two verifiers', { code_verifier: [right.code_verifier, right.code_verifier] }, 'invalid_request'],
    ['no client', { client_id: undefined }, 'invalid_client'],
    ['a secret for a public client', { client_secret: 'x' }, 'invalid_client'],
  ]) {
    const answer = await posts({ ...right, ...changes });
    if (why === 'no client') assert.ok(['invalid_client', 'invalid_request'].includes(answer.body.error), why);
    else isRefused(answer, error, why);
  }
});

test('a client proves itself in one right way', async () => {
  const basic = (id, secret) => ({ authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}` });
  const wanted = { grant_type: 'client_credentials' };
  for (const [why, fields, headers] of [
    ['a wrong secret', {}, basic('machine', 'wrong')],
    ['no secret', { client_id: 'machine' }],
    ['an empty secret', { client_id: 'machine', client_secret: '' }],
    ['a wrong secret in the body', { client_id: 'machine', client_secret: 'wrong' }],
    ['another app\'s name', {}, basic('nobody', SECRET)],
    ['half a header', {}, { authorization: 'Basic bWFjaGluZQ' }],
    ['no base64', {}, { authorization: 'Basic ***' }],
  ]) isRefused(await posts({ ...wanted, ...fields }, { headers }), 'invalid_client', why);
  const { headers } = await posts(wanted, { headers: basic('machine', 'wrong') });
  assert.match(headers.get('www-authenticate'), /^Basic/);
  const twice = await posts({ ...wanted, client_id: 'machine', client_secret: SECRET }, { headers: basic('machine', SECRET) });
  assert.ok(['invalid_request', 'invalid_client'].includes(twice.body.error), 'two proofs are none');
  isRefused(await posts({ ...wanted, client_id: 'spa' }), 'unauthorized_client', 'a public client');
  isRefused(await posts({ ...wanted, resource: 'https://unknown.example/' }, { headers: basic('machine', SECRET) }), 'invalid_target', 'an unknown resource');
});

test('a code that comes a second time ends what the first time gave', async () => {
  const right = await bought(spa(), { scope: 'openid offline_access', prompt: 'consent' });
  const first = await posts(right);
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal((await asksMe(first.body.access_token)).status, 200);
  isRefused(await posts(right), 'invalid_grant', 'the second time');
  assert.equal((await asksMe(first.body.access_token)).status, 401);
  const refreshed = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: first.body.refresh_token };
  isRefused(await posts(refreshed), 'invalid_grant', 'its refresh token');
});

test('of parallel tries with one code one wins at most', async () => {
  const right = await bought();
  const answers = await Promise.all(Array.from({ length: 20 }, () => posts(right)));
  assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
});

test('a refresh token belongs to its client and to its scope', async () => {
  const { body } = await posts(await bought(spa(), { scope: 'openid offline_access', prompt: 'consent' }));
  const refresh = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: body.refresh_token };
  isRefused(await posts({ ...refresh, client_id: 'second' }), 'invalid_grant', 'another client');
  isRefused(await posts({ ...refresh, refresh_token: 'x' }), 'invalid_grant', 'made up');
  isRefused(await posts({ ...refresh, resource: 'https://unknown.example/' }), 'invalid_target', 'an unknown resource');
  const more = await posts({ ...refresh, scope: 'openid email offline_access' });
  assert.ok(!more.body.scope?.includes('email'), 'never more than was granted');
  assert.equal((await posts(refresh)).status, 200, 'and is still good after all that');
});

const bearing = (token, scheme = 'Bearer') => ({ headers: token === undefined ? {} : { authorization: `${scheme} ${token}` } });
const asksMe = (token, scheme) => fetchWithRetry(server.userinfo_endpoint, bearing(token, scheme));

test('userinfo and the Management API believe no token but their own', async () => {
  const own = await posts(await bought());
  const orders = await spa().signIn(visitor(), { scope: 'openid read:orders', resource: API }, { resource: API });
  const claims = { iss: server.issuer, sub: ADAS_ID, aud: 'spa', client_id: 'spa', scope: 'openid all' };
  const api = `${rekey.base}/api/sign-in-exp`;
  for (const [why, token] of [
    ['none', undefined], ['empty', ''], ['made up', oauth.generateRandomState()], ['an ID token', own.body.id_token],
    ['a real one for another API', orders.access_token],
    ['alg none', forgedUnsigned(own.body.id_token, claims)],
    ['another key', await forged(own.body.id_token, claims)],
    ['another key, for the Management API', await forged(own.body.id_token, { ...claims, aud: 'https://default.logto.app/api' })],
    ['another issuer', await forged(own.body.id_token, { ...claims, iss: 'https://evil.example/oidc' })],
    ['too long', 'x'.repeat(5_000)],
  ]) {
    const me = await asksMe(token);
    assert.equal(me.status, 401, `userinfo, ${why}`);
    assert.match(me.headers.get('www-authenticate'), token ? /^Bearer .*error="invalid_token"/ : /^Bearer/, why);
    const managed = await fetchWithRetry(api, bearing(token));
    assert.equal(managed.status, 401, `the Management API, ${why}`);
  }
  assert.equal((await fetchWithRetry(api, bearing(own.body.access_token))).status, 401, "a person's token");
  assert.equal((await asksMe(own.body.access_token, 'Basic')).status, 401);
  assert.equal((await asksMe(own.body.access_token)).status, 200);
});

test('the tokens of one app tell another nothing, and it can end none of them', async () => {
  const web = new Client(server, 'web', { authentication: oauth.ClientSecretBasic(SECRET) });
  const { access_token } = (await posts(await bought())).body;
  assert.deepEqual(await web.introspect(access_token), { active: false });
  await web.revoke(access_token).catch(() => {});
  assert.equal((await asksMe(access_token)).status, 200);
  const unproven = await posts({ token: access_token, client_id: 'web' }, { to: server.introspection_endpoint });
  assert.equal(unproven.body.error, 'invalid_client');
});

test('tokens end with the session, whoever ends it', async () => {
  const ada = visitor();
  const { access_token, refresh_token } = await spa().signIn(ada, { scope: 'openid offline_access' });
  assert.equal((await asksMe(access_token)).status, 200);
  await ada.press(await ada.followRedirects('/account'), '/sign-out');
  await areOver(access_token, refresh_token);
});

test('tokens end with a new password', async () => {
  const bob = new HttpUser(rekey.base, 'bob@example.com');
  const { access_token, refresh_token } = await spa().signIn(bob, { scope: 'openid offline_access' });
  const elsewhere = visitor();
  const code = await elsewhere.submit(await elsewhere.followRedirects('/forgot-password'), { identifier: bob.identifier });
  assert.equal((await asksMe(access_token)).status, 200, 'asking for one changes nothing');
  const proven = await elsewhere.submit(code, { code: await rekey.inbox.code() });
  const done = await elsewhere.submit(proven, { newPassword: NEW_PASSWORD });
  assert.equal(done.url.pathname, '/forgot-password/done');
  await areOver(access_token, refresh_token);
});

async function areOver(accessToken, refreshToken) {
  assert.equal((await asksMe(accessToken)).status, 401);
  isRefused(await posts({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: refreshToken }), 'invalid_grant');
}

test('a token is taken from the header or a form, and never from the address', async () => {
  const { body: { access_token } } = await posts(await bought());
  const inForm = { method: 'POST', body: new URLSearchParams({ access_token }) };
  assert.equal((await fetchWithRetry(`${server.userinfo_endpoint}?access_token=${access_token}`)).status, 401);
  assert.equal((await fetchWithRetry(server.userinfo_endpoint, inForm)).status, 200);
  assert.equal((await fetchWithRetry(server.userinfo_endpoint, { method: 'POST', ...bearing(access_token) })).status, 200);
});

test('what is no form is refused in JSON', async () => {
  const form = new URLSearchParams({ x: 'x'.repeat(200_000) });
  for (const body of ['text', new FormData(), form]) {
    const answer = await fetchWithRetry(server.token_endpoint, { method: 'POST', body });
    assert.equal((await answer.json()).error, 'invalid_request');
    assert.ok([400, 413, 415].includes(answer.status));
  }
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await fetchWithRetry(server.token_endpoint, { method });
    assert.equal(answer.status, 405);
    assert.match(answer.headers.get('allow'), /POST/);
  }
});

test('scripts of other sites read nothing that is not for them', async () => {
  const origin = 'https://evil.example';
  const own = await bought();
  const answer = await fetchWithRetry(server.token_endpoint, {
    method: 'POST', body: new URLSearchParams(own), headers: { origin, 'sec-fetch-site': 'cross-site' },
  });
  assert.equal(answer.headers.get('access-control-allow-origin'), null);
  assert.equal((await answer.json()).access_token, undefined);
  for (const [address, from, allowed] of [
    [server.token_endpoint, 'https://app.example', true], [server.userinfo_endpoint, 'https://app.example', true],
    [server.revocation_endpoint, 'https://app.example', true], [server.token_endpoint, origin, false],
    [server.jwks_uri, origin, true], [server.authorization_endpoint, 'https://app.example', false],
  ]) {
    const asked = { method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'POST' } };
    const { headers } = await fetchWithRetry(address, asked);
    assert.equal(headers.get('access-control-allow-origin'), allowed ? from : null, `${address} from ${from}`);
    assert.equal(headers.get('access-control-allow-credentials'), null, 'never with cookies');
  }
});
