// A server that answers as a test tells it to: late, wrong, or not at all. Only for what a real Rekey can't be made to do.

import { once } from 'node:events';
import { createServer } from 'node:http';

/** `answers` maps the last part of a call's path to `(sent) => [status, body, type?, headers?]`, or to a function that never answers. */
export async function startFakeServer(answers) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const sent = { path: request.url.split('/auth/')[1], headers: request.headers, method: request.method, body: Buffer.concat(parts).toString() };
    asked.push(sent);
    const answer = await answers[sent.path]?.(sent) ?? [404, { code: 'unexpected' }];
    if (answer === 'silence') return;
    const [status, body, type = 'application/json', headers] = answer;
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => { server.closeAllConnections(); server.close(); };
  return { origin: `http://127.0.0.1:${server.address().port}`, asked, answers, stop };
}

/** A storage that several clients share, as tabs share theirs. */
export function sharedStorage(kept = new Map()) {
  const watchers = new Set();
  const tell = (own, key, text) => watchers.forEach((one) => one.own !== own && one.key === key && one.changed(text));
  return {
    kept,
    tab() {
      const own = Symbol('tab');
      return {
        getItem: async (key) => kept.get(key) ?? null,
        setItem: async (key, text) => { kept.set(key, text); tell(own, key, text); },
        removeItem: async (key) => { kept.delete(key); tell(own, key, null); },
        watch(key, changed) {
          const one = { own, key, changed };
          watchers.add(one);
          return () => watchers.delete(one);
        },
      };
    },
  };
}
