// A server with the apps and people of APPS_AND_USERS, one for the file that imports this: the test runner gives each file a process.
// It starts before the file's first test and stops after its last.

import { after, before } from 'node:test';
import { Client, discover, APPS_AND_USERS } from './client.mjs';
import { startRekey } from './server.mjs';
import { HttpUser } from './http_user.mjs';

export const ADAS_ID = 'ada000000001';

export let rekey, server;
before(async () => {
  rekey = await startRekey(APPS_AND_USERS);
  server = await discover(rekey.base);
});
after(() => rekey?.stop());

export const spa = (options) => new Client(server, 'spa', options);
export const visitor = () => new HttpUser(rekey.base);
