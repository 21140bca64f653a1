// A host of its own for each test: a fresh folder, a fresh SQLite file, a port that the system
// chose. Killed without warning on request, and started again on the same port and file.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = resolve(import.meta.dirname, '../..');
const SCRIPTED = join(ROOT, 'configs/alerts-scripted.yaml');
export const MODEL = join(ROOT, 'configs/alerts.yaml');
const START_MS = 30_000;

function executable() {
  const builds = ['build/dev/state-runtime', 'build/release/state-runtime'];
  const places = process.env.SR_HOST_BIN
    ? [resolve(process.env.SR_HOST_BIN)]
    : builds.map((path) => join(ROOT, path));
  const found = places.find((path) => existsSync(path));
  if (!found) throw new Error(`no host at ${places.join(' or ')}; build it, or set SR_HOST_BIN`);
  if (!existsSync(join(ROOT, 'canvas/dist/index.html'))) {
    throw new Error('canvas/dist is not built; run: npm ci && npm run build, in canvas/');
  }
  return found;
}

export class Host {
  #bin = executable();
  #config;
  #folder = mkdtempSync(join(tmpdir(), 'state-runtime-e2e-'));
  #listen = '127.0.0.1:0';
  #process;
  #exited;
  url = '';
  log = '';

  // Creates and seeds the database, and starts.
  static async start(config = SCRIPTED) {
    return new Host().#begin(config);
  }

  // The alerts app on rules, changed: `files` replaces or adds files of the app's folder, `edit`
  // rewrites the text of the deployment.
  static async startChanged({ files = {}, edit = (text) => text }) {
    const host = new Host();
    const app = join(host.#folder, 'apps/alerts');
    cpSync(join(ROOT, 'configs/apps/alerts'), app, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(app, name), text);
    const deployment = readFileSync(SCRIPTED, 'utf8')
      .replace('../canvas/dist', join(ROOT, 'canvas/dist'))
      .replace(/^tests:.*$/m, '');
    const config = join(host.#folder, 'changed.yaml');
    writeFileSync(config, edit(deployment));
    return host.#begin(config);
  }

  async #begin(config) {
    this.#config = config;
    execFileSync(this.#bin, ['store', 'init', config], { env: this.#env(), stdio: 'pipe' });
    await this.run();
    return this;
  }

  #env() {
    const SR_DB = join(this.#folder, 'alerts.db');
    return { ...process.env, SR_DB, SR_LISTEN: this.#listen };
  }

  // Resolves when the host has printed its address. Its port stays the same ever after.
  async run() {
    const child = spawn(this.#bin, ['run', this.#config], {
      cwd: this.#folder,
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.#exited = new Promise((done) => child.once('exit', done));
    child.stderr.on('data', (text) => (this.log += text));
    this.url = await new Promise((ready, failed) => {
      const fail = (why) => failed(new Error(`the host ${why}\n${this.log}`));
      const timer = setTimeout(() => fail('printed no address'), START_MS);
      createInterface(child.stdout).on('line', (line) => {
        this.log += `${line}\n`;
        const [address] = line.match(/http:\/\/127\.0\.0\.1:\d+\//) ?? [];
        if (!address) return;
        clearTimeout(timer);
        ready(address);
      });
      child.once('error', (error) => fail(`did not start: ${error.message}`));
      child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
    });
    this.#listen = new URL(this.url).host;
  }

  // SIGTERM: work that was taken is finished, and everybody is told.
  async drain() {
    this.#process.kill('SIGTERM');
    await this.#exited;
  }

  // SIGKILL: no drain, no flush, no goodbye.
  async kill() {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  async stop() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
