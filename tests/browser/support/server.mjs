// One Rekey of a test's own: a real server on a free port with an empty folder for its data, and the inbox where
// its mail and SMS arrive. Not a mock of anything; it is `rekey demo`, as a newcomer would start it, or `rekey serve --dev`
// with a bootstrap file of the test's own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 20_000;

/**
 * Starts `rekey demo`, or a server with what `bootstrap` says, and returns once it has printed its address. `variables` are
 * added to its environment.
 */
export async function startRekey(bootstrap, variables = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-browser-'));
  const env = { ...surroundings(folder), ...variables };
  if (bootstrap) {
    env.REKEY_BOOTSTRAP = join(folder, 'bootstrap.json');
    await writeFile(env.REKEY_BOOTSTRAP, JSON.stringify(bootstrap));
  }
  const command = bootstrap ? ['serve', '--dev'] : ['demo'];
  const child = spawn(program(), command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const base = await address(child, printed);
    return { base, inbox: new Inbox(base), printed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function program() {
  if (!process.env.REKEY_BIN) throw new Error('REKEY_BIN names no server; bin/test browser sets it');
  return process.env.REKEY_BIN;
}

// Rekey refuses variables it does not know, so none of the tests' own may reach it.
function surroundings(folder) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('REKEY_'));
  return { ...Object.fromEntries(inherited), REKEY_LISTEN: '127.0.0.1:0', REKEY_ADMIN_LISTEN: 'off', REKEY_DATA_DIR: folder };
}

function address(child, printed) {
  return new Promise((found, lost) => {
    const late = setTimeout(() => lost(new Error(`no address after ${PATIENCE} ms:\n${printed.join('\n')}`)), PATIENCE);
    const gone = (why) => { clearTimeout(late); lost(new Error(`${why}\n${printed.join('\n')}`)); };
    child.once('error', gone);
    child.once('close', () => gone('it ended before it printed its address:'));
    child.once('exit', (code, signal) => printed.push(`it ended with ${signal ?? code}`));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        printed.push(line);
        const base = line.match(/http:\/\/127\.0\.0\.1:[1-9]\d*/)?.[0];
        if (base) { clearTimeout(late); found(base); }
      });
    }
  });
}

/** The demo's inbox. Each question waits for a message that was not there at the question before. */
class Inbox {
  #seen = new Set();

  constructor(base) { this.base = base; }

  /** The text of the next message that has what `pattern` looks for, and what was found. */
  async next(pattern) {
    const until = Date.now() + PATIENCE;
    while (Date.now() < until) {
      for (const path of await this.#unseen()) {
        const text = await this.#text(path);
        const [found] = withoutLinks(text, pattern).match(pattern) ?? [];
        if (found) {
          (await this.#unseen()).forEach((older) => this.#seen.add(older));
          return { text, found };
        }
      }
      await pause(100);
    }
    throw new Error(`no new message in the inbox has ${pattern}`);
  }

  async code() { return (await this.next(CODE)).found.replace(/\D/g, ''); }

  async link() { return (await this.next(LINK)).found; }

  async notMeLink() { return (await this.next(NOT_ME)).found; }

  /** Code and link of one and the same message. */
  async both() {
    const { text, found } = await this.next(LINK);
    return { link: found, code: withoutLinks(text, CODE).match(CODE)[0].replace(/\D/g, '') };
  }

  async #unseen() {
    const html = await (await fetch(`${this.base}/dev/inbox`)).text();
    const paths = [...html.matchAll(/\/dev\/inbox\/[\w-]+/g)].map(([path]) => path);
    return [...new Set(paths)].filter((path) => !this.#seen.has(path));
  }

  async #text(path) {
    const html = await (await fetch(this.base + path)).text();
    return readable(html.match(/<pre[^>]*>([\s\S]*?)<\/pre>/)?.[1] ?? '');
  }
}

const CODE = /(?<!\d)\d{3}[ \u00a0\u2009-]?\d{3}(?!\d)/;
const LINK = /https?:\/\/[^\s<>"]+\/forgot-password\/link\/[^\s<>"\u2069]+/;
const NOT_ME = /https?:\/\/[^\s<>"]+\/not-me\/[^\s<>"\u2069]+/;

// A token may contain six digits in a row; a code is never looked for inside an address.
function withoutLinks(text, pattern) {
  return pattern === CODE ? text.replace(/https?:\/\/\S+/g, ' ').replace(/\+\d[\d ]+/g, ' ') : text;
}

function readable(html) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return html.replace(/<[^>]+>/g, '').replace(/&(#x?[\da-f]+|\w+);/gi, (whole, name) => {
    if (name[0] !== '#') return named[name] ?? whole;
    return String.fromCodePoint(/^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10));
  });
}
