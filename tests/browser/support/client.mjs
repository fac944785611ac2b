// A third-party application, made of oauth4webapi as it comes: the library checks everything that a careful client checks.
// `APPS_AND_USERS` is what the server of these tests is told about its apps.

import * as oauth from 'oauth4webapi';

export const INSECURE = { [oauth.allowInsecureRequests]: true };
export const API = 'https://api.example/orders';
export const SECRET = 'a secret that only the app knows, 64 bits at least';
export const ROOT = 'root-token-of-the-browser-tests-0001';

const CALLBACK = 'https://app.example/callback';
const app = (id, type, more = {}) => ({ id, name: `The ${id}`, type, redirectUris: [CALLBACK], ...more });

export const APPS_AND_USERS = {
  settings: { apiResources: [{ indicator: API, scopes: ['read:orders'], machines: ['machine'] }] },
  connectors: [
    { id: 'mail', connectorId: 'inbox', type: 'Email' },
    { id: 'sms', connectorId: 'inbox', type: 'Sms' },
  ],
  users: [
    { id: 'ada000000001', username: 'ada', primaryEmail: 'ada@example.com', primaryPhone: '+1 202 555 0134',
      name: 'Ada Lovelace', password: 'correct horse battery' },
    { id: 'bob000000001', primaryEmail: 'bob@example.com', name: 'Bob', password: 'correct horse battery' },
  ],
  applications: [
    app('spa', 'SPA', { postLogoutRedirectUris: ['https://app.example/left'] }),
    app('second', 'SPA', { redirectUris: ['https://second.example/callback'] }),
    app('device', 'Native', { redirectUris: ['http://127.0.0.1/callback', 'com.example.device:/callback'] }),
    app('web', 'Traditional', { secret: SECRET }),
    app('es384', 'Traditional', { secret: SECRET, idTokenSigningAlg: 'ES384' }),
    app('es256', 'Traditional', { secret: SECRET, idTokenSigningAlg: 'ES256' }),
    app('guest', 'SPA', { isThirdParty: true }),
    { id: 'machine', name: 'Machine', type: 'MachineToMachine', secret: SECRET, managementApi: true },
  ],
  apiKeys: [{ id: 'root', roles: ['root'], token: ROOT }],
};

/** What the server says about itself, checked by the library. */
export async function discover(base) {
  const issuer = new URL(`${base}/oidc`);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
}

export class Client {
  constructor(server, id, { authentication = oauth.None(), alg, redirect = CALLBACK } = {}) {
    this.server = server;
    this.client = { client_id: id, ...(alg && { id_token_signed_response_alg: alg }) };
    this.authentication = authentication;
    this.redirect = redirect;
  }

  /** A request for a person's sign-in: the address to send them to, and what the answer must fit. */
  async authorizationRequest(extra = {}) {
    const [state, nonce, verifier] = [oauth.generateRandomState(), oauth.generateRandomNonce(), oauth.generateRandomCodeVerifier()];
    const parameters = Object.entries({
      client_id: this.client.client_id, redirect_uri: this.redirect, response_type: 'code', scope: 'openid', state, nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...extra,
    }).flatMap(([name, values]) => [values].flat().filter((value) => value !== undefined).map((value) => [name, value]));
    const url = new URL(this.server.authorization_endpoint);
    url.search = new URLSearchParams(parameters);
    return { url, state, nonce, verifier };
  }

  /** Takes the answer to `asked`, as the library does: state, issuer, code, ID token, its signature. */
  async exchangeCode(answer, { state, nonce, verifier }, extra = {}) {
    const found = oauth.validateAuthResponse(this.server, this.client, answer, state);
    const reply = await oauth.authorizationCodeGrantRequest(this.server, this.client, this.authentication, found, this.redirect,
      verifier, { ...INSECURE, additionalParameters: extra });
    const tokens = await oauth.processAuthorizationCodeResponse(this.server, this.client, reply,
      { expectedNonce: nonce, requireIdToken: nonce !== undefined });
    if (tokens.id_token) await oauth.validateApplicationLevelSignature(this.server, reply, INSECURE);
    return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  }

  /** The whole way: asks, sends the person, takes the answer. */
  async signIn(visitor, extra = {}, exchange = {}) {
    const asked = await this.authorizationRequest(extra);
    return this.exchangeCode(await visitor.signIn(asked.url), asked, exchange);
  }

  async refresh(refreshToken, additionalParameters = {}) {
    const options = { ...INSECURE, additionalParameters };
    const reply = await oauth.refreshTokenGrantRequest(this.server, this.client, this.authentication, refreshToken, options);
    return oauth.processRefreshTokenResponse(this.server, this.client, reply);
  }

  async userinfo(accessToken, subject) {
    const reply = await oauth.userInfoRequest(this.server, this.client, accessToken, INSECURE);
    return oauth.processUserInfoResponse(this.server, this.client, subject, reply);
  }

  async introspect(token) {
    const reply = await oauth.introspectionRequest(this.server, this.client, this.authentication, token, INSECURE);
    return oauth.processIntrospectionResponse(this.server, this.client, reply);
  }

  async revoke(token) {
    const reply = await oauth.revocationRequest(this.server, this.client, this.authentication, token, INSECURE);
    return oauth.processRevocationResponse(reply);
  }
}
