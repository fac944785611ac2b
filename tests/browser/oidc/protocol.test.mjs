// The protocol as a careful client library sees it: oauth4webapi, unmodified, checks every answer, and people sign in on
// the real pages, without a browser. What must be refused is in refusals.test.mjs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { API, Client, INSECURE, SECRET } from '../support/client.mjs';
import { ADAS_ID, rekey, server, spa, visitor } from '../support/shared_server.mjs';

const web = (authentication = oauth.ClientSecretBasic(SECRET)) => new Client(server, 'web', { authentication });

test('the server says what it can do, in both documents', async () => {
  assert.equal(server.issuer, `${rekey.base}/oidc`);
  const paths = Object.fromEntries(Object.entries(server).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
    .map(([name, address]) => [name, new URL(address).pathname]));
  assert.deepEqual(paths, {
    authorization_endpoint: '/oidc/auth', token_endpoint: '/oidc/token', userinfo_endpoint: '/oidc/me', jwks_uri: '/oidc/jwks',
    revocation_endpoint: '/oidc/token/revocation', introspection_endpoint: '/oidc/token/introspection',
    end_session_endpoint: '/oidc/session/end', pushed_authorization_request_endpoint: '/oidc/request',
  });
  assert.deepEqual(server.code_challenge_methods_supported, ['S256']);
  assert.deepEqual(server.response_types_supported, ['code']);
  assert.equal(server.authorization_response_iss_parameter_supported, true);
  const plain = await fetch(`${rekey.base}/oidc/.well-known/oauth-authorization-server`);
  assert.equal((await plain.json()).token_endpoint, server.token_endpoint);
});

for (const [id, alg] of [['web', 'RS256'], ['es384', 'ES384'], ['es256', 'ES256']]) {
  test(`a confidential client signs somebody in, the ID token signed with ${alg}`, async () => {
    const client = new Client(server, id, { authentication: oauth.ClientSecretBasic(SECRET), alg });
    const { claims } = await client.signIn(visitor(), { scope: 'openid email' });
    assert.equal(claims.sub, ADAS_ID);
    assert.equal(claims.email, 'ada@example.com');
    assert.equal(claims.email_verified, true);
  });
}

test('a public client signs somebody in and learns what it asked for, and nothing else', async () => {
  const { claims, access_token, refresh_token, token_type } = await spa().signIn(visitor(), { scope: 'openid profile' });
  assert.equal(token_type, 'bearer');
  assert.equal(refresh_token, undefined);
  assert.ok(access_token.length >= 43 && !access_token.includes('.'), 'without a resource the access token says nothing');
  assert.equal(claims.email, undefined);
  const person = await spa().userinfo(access_token, claims.sub);
  assert.equal(person.name, 'Ada Lovelace');
  assert.equal(person.username, 'ada');
  assert.equal(person.email, undefined);
});

test('all scopes tell everything', async () => {
  const { claims, access_token } = await spa().signIn(visitor(), { scope: 'openid profile email phone' });
  const person = await spa().userinfo(access_token, claims.sub);
  assert.equal(person.email, 'ada@example.com');
  assert.match(person.phone_number, /^\+?12025550134$/);
  assert.equal(person.phone_number_verified, true);
});

test('a secret in the body is as good as one in the header', async () => {
  const { claims } = await web(oauth.ClientSecretPost(SECRET)).signIn(visitor());
  assert.equal(claims.sub, ADAS_ID);
});

test('a refresh token gives new tokens and is replaced', async () => {
  const first = await spa().signIn(visitor(), { scope: 'openid offline_access', prompt: 'consent' });
  assert.ok(first.refresh_token);
  const second = await spa().refresh(first.refresh_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(oauth.getValidatedIdTokenClaims(second).sub, ADAS_ID);
  await spa().userinfo(second.access_token, ADAS_ID);
});

test('a resource that was asked for gets tokens of its own, which say what they are good for', async () => {
  const wanted = { scope: 'openid read:orders write:orders offline_access', resource: API, prompt: 'consent' };
  const first = await spa().signIn(visitor(), wanted, { resource: API });
  await isForApi(first.access_token, 'read:orders');
  const later = await spa().refresh(first.refresh_token, { resource: API });
  await isForApi(later.access_token, 'read:orders');
  const opaque = await spa().refresh(later.refresh_token);
  assert.ok(!opaque.access_token.includes('.'));
  await spa().userinfo(opaque.access_token, ADAS_ID);
});

/** What a server with an API checks of what it is sent. */
async function isForApi(token, scope) {
  const request = new Request(API, { headers: { authorization: `Bearer ${token}` } });
  const claims = await oauth.validateJwtAccessToken(server, request, API, INSECURE);
  assert.equal(claims.sub, ADAS_ID);
  assert.equal(claims.client_id, 'spa');
  assert.ok(claims.scope.split(' ').includes(scope));
  assert.ok(!claims.scope.includes('write:orders'), 'nothing that the API does not have');
}

test('a pushed request is sent by reference', async () => {
  const asked = await spa().authorizationRequest();
  const reply = await oauth.pushedAuthorizationRequest(server, spa().client, oauth.None(), asked.url.searchParams, INSECURE);
  const { request_uri, expires_in } = await oauth.processPushedAuthorizationResponse(server, spa().client, reply);
  assert.ok(expires_in > 0);
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: 'spa', request_uri });
  const { claims } = await spa().exchangeCode(await visitor().signIn(url), asked);
  assert.equal(claims.sub, ADAS_ID);
});

test('a token is described to its client until it is revoked', async () => {
  const { access_token, refresh_token } = await web().signIn(visitor(), { scope: 'openid offline_access', prompt: 'consent' });
  const described = await web().introspect(access_token);
  assert.equal(described.active, true);
  assert.equal(described.client_id, 'web');
  assert.equal(described.sub, ADAS_ID);
  await web().revoke(refresh_token);
  assert.deepEqual(await web().introspect(refresh_token), { active: false });
  assert.deepEqual(await web().introspect(access_token), { active: false }, 'what came of the same sign-in goes with it');
});

test('whoever is signed in to one app needs no password for the next', async () => {
  const ada = visitor();
  const first = await spa().signIn(ada);
  const second = new Client(server, 'second', { redirect: 'https://second.example/callback' });
  const asked = await second.authorizationRequest();
  const { left, url } = await ada.followRedirects(asked.url);
  assert.ok(left, `nobody is asked anything, but ${url?.pathname} stands there`);
  const { claims } = await second.exchangeCode(left, asked);
  assert.equal(claims.sub, first.claims.sub);
  assert.equal(claims.auth_time, first.claims.auth_time);
});

test('an app can insist on a sign-in of now', async () => {
  const ada = visitor();
  await spa().signIn(ada);
  for (const extra of [{ prompt: 'login' }, { max_age: '0' }]) {
    const asked = await spa().authorizationRequest(extra);
    assert.equal((await ada.followRedirects(asked.url)).url?.pathname, '/sign-in', JSON.stringify(extra));
    const { claims } = await spa().exchangeCode(await ada.signIn(asked.url), asked);
    assert.ok(Math.abs(claims.auth_time - Date.now() / 1000) < 60);
  }
});

test('prompt=none is answered at once when somebody is signed in', async () => {
  const ada = visitor();
  await spa().signIn(ada);
  const asked = await spa().authorizationRequest({ prompt: 'none' });
  const { left } = await ada.followRedirects(asked.url);
  assert.equal((await spa().exchangeCode(left, asked)).claims.sub, ADAS_ID);
});

test('the answer stands after the hash when the app wants it there', async () => {
  const asked = await spa().authorizationRequest({ response_mode: 'fragment' });
  const left = await visitor().signIn(asked.url);
  assert.equal(left.search, '');
  const { claims } = await spa().exchangeCode(new URLSearchParams(left.hash.slice(1)), asked);
  assert.equal(claims.sub, ADAS_ID);
});

test('a program on a device listens on any port of its own machine', async () => {
  const device = new Client(server, 'device', { redirect: 'http://127.0.0.1:51234/callback' });
  assert.equal((await device.signIn(visitor())).claims.sub, ADAS_ID);
});

test('a third-party application is let in when the person agrees, and told when not', async () => {
  const guest = new Client(server, 'guest');
  const ada = visitor();
  const asked = await guest.authorizationRequest({ scope: 'openid email' });
  const page = await ada.submit(await ada.followRedirects(asked.url), { identifier: 'ada@example.com', password: 'correct horse battery' });
  assert.equal(page.url?.pathname, '/consent');
  const { left } = await ada.press(page, '/consent', { answer: 'agree' });
  assert.equal((await guest.exchangeCode(left, asked)).claims.email, 'ada@example.com');
  assert.ok((await ada.followRedirects((await guest.authorizationRequest({ scope: 'openid email' })).url)).left, 'what was agreed to is not asked again');
  const more = await ada.followRedirects((await guest.authorizationRequest({ scope: 'openid email phone' })).url);
  const declined = await ada.press(more, '/consent', { answer: 'decline' });
  assert.equal(declined.left.searchParams.get('error'), 'access_denied');
});

test('unknown extra parameters and scopes are passed over', async () => {
  const extra = { scope: 'openid urn:logto:scope:organizations nothing', made_up: 'x', first_screen: 'sing-in', ui_locales: 'xx' };
  assert.equal((await spa().signIn(visitor(), extra)).claims.sub, ADAS_ID);
});

test('signing out of an app ends the session here and leads back', async () => {
  const ada = visitor();
  const { id_token } = await spa().signIn(ada);
  const url = new URL(server.end_session_endpoint);
  url.search = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: 'https://app.example/left', state: 's' });
  const { left } = await ada.press(await ada.followRedirects(url), '/oidc/session/end/confirm');
  assert.equal(String(left), 'https://app.example/left?state=s');
  const asked = await spa().authorizationRequest({ prompt: 'none' });
  assert.equal((await ada.followRedirects(asked.url)).left.searchParams.get('error'), 'login_required');
});
