// A real mail server, with TLS and a sign-in, that keeps what it takes: the one of the Rust tests, in Python.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../../support/python/smtp.py', import.meta.url));
const PATIENCE = 20_000;

/** Starts one; `config` is what a connector needs to know of it. */
export async function startSmtpServer() {
  assert.ok(process.env.REKEY_TEST_PYTHON, 'REKEY_TEST_PYTHON names a Python with its packages; bin/test browser sets it');
  const folder = await mkdtemp(join(tmpdir(), 'rekey-post-'));
  const child = spawn(process.env.REKEY_TEST_PYTHON, [SERVER, '--folder', folder, '--auth', 'rekey:secret'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [ready] = await once(createInterface({ input: child.stdout }), 'line');
  const config = {
    host: 'localhost', port: Number(ready.split(' ')[1]), auth: { user: 'rekey', pass: 'secret' },
    tls: { caFile: join(folder, 'ca.pem') }, fromEmail: 'Rekey <no-reply@example.com>',
  };
  const stop = async () => {
    child.stdin.end();
    await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  return { config, stop, text: (pattern) => found(folder, pattern) };
}

/** What `pattern` finds in a mail that was taken; soft line breaks of quoted-printable are undone first. */
async function found(folder, pattern) {
  const until = Date.now() + PATIENCE;
  while (Date.now() < until) {
    for (const name of (await readdir(folder)).filter((name) => name.endsWith('.eml'))) {
      const mail = (await readFile(join(folder, name), 'utf8')).replace(/=\r?\n/g, '').replace(/=3D/g, '=');
      const [text] = mail.match(pattern) ?? [];
      if (text) return text;
    }
    await pause(100);
  }
  throw new Error(`no mail has ${pattern}`);
}
