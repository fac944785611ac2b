// An app whose callback sends people on to another origin, as apps behind a gateway do, and which shows what it was sent.

import { once } from 'node:events';
import { createServer } from 'node:http';

/** Starts it: its callback is on one origin, the page that people end on another, both unlike the server's. */
export async function startRedirectingApp(host, bootstrap) {
  const landing = await listen((request, response) => response.end(page('landed', '')), host);
  const callback = await listen(async (request, response) => {
    if (request.method === 'POST') return response.end(page('posted', await body(request)));
    response.writeHead(302, { location: `${landing.origin}${request.url}` }).end();
  }, host);
  const application = {
    id: 'far', name: 'A far app', type: 'SPA', redirectUris: [`${callback.origin}/cb`],
    postLogoutRedirectUris: [`${callback.origin}/left`],
  };
  return {
    origin: landing.origin,
    callback: callback.origin,
    bootstrap: { ...bootstrap, applications: [application, { ...application, id: 'guest', isThirdParty: true }] },
    knows: async () => {},
    stop: async () => { await landing.stop(); await callback.stop(); },
  };
}

async function listen(answer, host) {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    answer(request, response);
  });
  server.listen(0, host === '[::1]' ? '::1' : '127.0.0.1');
  await once(server, 'listening');
  const stop = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
  return { origin: `http://${host}:${server.address().port}`, stop };
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const page = (title, text) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<link rel="icon" href="data:,"><pre>${escaped(text)}</pre>`;
