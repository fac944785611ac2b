// A third-party application in a real browser, on another site: a small server with one page, and on it a script, bundled
// from packages as they are published. The page's address decides nothing; the script does.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A guest</title><link rel="icon" href="data:,">
<h1>A guest</h1><script type="module" src="/app.js"></script>`;

/**
 * Starts it. `script` makes the script once the provider's address is known, `bootstrap` what the provider is told about the
 * app. `localhost` is another site than the server's 127.0.0.1, so cookies and CORS are put to the test.
 */
export async function startThirdPartyApp(script, bootstrap) {
  let code = '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/app.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? code : PAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://localhost:${server.address().port}`;
  return {
    origin,
    bootstrap: bootstrap(origin),
    knows: async (base) => { code = await bundled(script(base)); },
    stop: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}

async function bundled(contents) {
  const stdin = { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) };
  const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', platform: 'browser', write: false, logLevel: 'warning' });
  return outputFiles[0].text;
}
