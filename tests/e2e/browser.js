// The system's Chromium, and what a page said on the wire and on its console.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const OUT = join(import.meta.dirname, 'out');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Each launch has a user-data folder of its own, which Playwright makes and removes.
export function launch() {
  const executablePath = process.env.SR_CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ARGS });
}

// A tab that keeps what went over its sockets, and everything that it complained about.
export async function openTab(context, url) {
  const page = await context.newPage();
  const tab = { page, sockets: [], complaints: [] };
  page.on('websocket', (socket) => {
    const record = { url: socket.url(), sent: [], received: [] };
    tab.sockets.push(record);
    socket.on('framesent', ({ payload }) => record.sent.push(JSON.parse(payload)));
    socket.on('framereceived', ({ payload }) => record.received.push(JSON.parse(payload)));
  });
  page.on('pageerror', (error) => tab.complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused connection is what a killed host looks like; a page that is not let in asks why.
    if (message.type() !== 'error') return;
    const { url: about } = message.location();
    if (/WebSocket connection/.test(message.text()) || /\/(healthz|ws)$/.test(about)) return;
    tab.complaints.push(message.text());
  });
  await page.goto(url);
  return tab;
}

// Messages of one type, over all sockets of a tab.
export function sent(tab, type) {
  return tab.sockets.flatMap((socket) => socket.sent).filter((message) => message.type === type);
}
export function received(tab, type) {
  return tab.sockets
    .flatMap((socket) => socket.received)
    .filter((message) => message.type === type);
}

// Waits for a condition of this process, as Playwright's locators wait for the page's.
export async function until(what, condition, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

// axe-core's findings on the page as it is, one line each.
export async function accessibilityFaults(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html}`),
  );
}

export async function screenshot(page, name) {
  mkdirSync(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
}
