// A real nginx in front of a server, with the defaults of a distribution except for what a test asks for.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** A port of this machine that is free at this moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts it at `port` for the server at `upstream`, with these lines in its `location`. */
export async function startNginx({ port, upstream, location = [] }) {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-nginx-'));
  const kept = TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  await writeFile(join(folder, 'nginx.conf'), `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
    events {}
    http {
      access_log off; ${kept}
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://127.0.0.1:${upstream}; ${location.map((line) => `${line};`).join(' ')} }
      }
    }`);
  const child = spawn('/usr/sbin/nginx', ['-p', folder, '-c', 'nginx.conf'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const printed = [];
  child.stderr.on('data', (text) => printed.push(String(text)));
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`nginx does not answer:\n${printed.join('')}`);
    await pause(25);
  }
  return {
    printed,
    stop: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(port) {
  return new Promise((found) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); found(true); });
    socket.once('error', () => found(false));
  });
}
