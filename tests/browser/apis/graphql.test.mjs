// A forgotten password over GraphQL, asked by somebody else's client as it comes from npm, with a real mail server in between: the mail has
// what the client needs, a token works once, and what is wrong is told by a code.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ClientError, GraphQLClient, gql } from 'graphql-request';
import { APPS_AND_USERS } from '../support/client.mjs';
import { ADA, ADAS_PASSWORD, NEW_PASSWORD } from '../support/browser_user.mjs';
import { startSmtpServer } from '../support/counterparts/smtp_server.mjs';
import { startRekey } from '../support/server.mjs';

const LOGIN = 'login-token-of-the-browser-tests-0001';
const ASK = gql`mutation ($email: String!) { createResetPasswordRequest(email: $email) { ok error { code retryAfter } } }`;
const CHECK = gql`query ($requestId: String!, $token: String!) { checkResetPasswordToken(requestId: $requestId, token: $token) }`;
const RESET = gql`mutation ($token: String!, $password: String!) {
  resetPassword(token: $token, password: $password) { ok error { code weakPasswordReasons } } }`;
const SIGN_IN = gql`mutation ($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { ok error { code } result { token person { email } } } }`;

let post;
let rekey;
let login;
before(async () => {
  post = await startSmtpServer();
  const connectors = [{ id: 'mail', connectorId: 'simple-mail-transfer-protocol', type: 'Email', config: post.config }];
  const apiKeys = [...APPS_AND_USERS.apiKeys, { id: 'login', roles: ['login'], token: LOGIN }];
  rekey = await startRekey({ ...APPS_AND_USERS, connectors, apiKeys });
  login = as(LOGIN);
});
after(async () => {
  await rekey?.stop();
  await post?.stop();
});

const as = (token) => new GraphQLClient(`${rekey.base}/graphql`, { headers: { authorization: `Bearer ${token}` } });
const signsIn = async (password) => (await login.request(SIGN_IN, { email: ADA, password })).signIn;

test('a client from npm resets a password with the token of the mail, once', async () => {
  const asked = await login.request(ASK, { email: ADA });
  assert.deepEqual(asked.createResetPasswordRequest, { ok: true, error: null });
  const token = (await post.text(/\/forgot-password\/link\/[\w-]+/)).split('/').at(-1);
  const unknown = await login.request(CHECK, { requestId: 'nobody', token });
  assert.equal(unknown.checkResetPasswordToken, 'REQUEST_NOT_FOUND');
  const weak = (await login.request(RESET, { token, password: 'short' })).resetPassword;
  assert.equal(weak.error.code, 'PASSWORD_TOO_WEAK');
  assert.ok(weak.error.weakPasswordReasons.includes('TOO_SHORT'));
  assert.equal((await signsIn(ADAS_PASSWORD)).ok, true, 'nothing was changed so far');
  assert.deepEqual((await login.request(RESET, { token, password: NEW_PASSWORD })).resetPassword, { ok: true, error: null });
  const again = (await login.request(RESET, { token, password: NEW_PASSWORD })).resetPassword;
  assert.equal(again.error.code, 'TOKEN_USED');
  assert.equal((await signsIn(ADAS_PASSWORD)).error.code, 'INVALID_CREDENTIALS');
  const { result } = await signsIn(NEW_PASSWORD);
  assert.equal(result.person.email, ADA);
  const { me } = await as(result.token).request(gql`query { me { person { email } } }`);
  assert.equal(me.person.email, ADA);
});

test('nobody is told who has an account', async () => {
  const { createResetPasswordRequest } = await login.request(ASK, { email: 'nobody@example.com' });
  assert.deepEqual(createResetPasswordRequest, { ok: true, error: null });
});

test('what may not be asked is an error of the client', async () => {
  const refused = (token, query, variables) => as(token).request(query, variables).then(() => assert.fail(), (error) => error);
  const nobody = await refused('made-up-0000000000000000', ASK, { email: ADA });
  assert.ok(nobody instanceof ClientError && nobody.response.status === 401, String(nobody));
  const session = (await signsIn(NEW_PASSWORD)).result.token;
  const person = await refused(session, ASK, { email: ADA });
  assert.equal(person.response.errors[0].extensions.code, 'ForbiddenError');
  const malformed = await refused(LOGIN, '{ nothing }');
  assert.equal(malformed.response.status, 400);
});
