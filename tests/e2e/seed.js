// What the alerts app's seed puts into the database, read from the same file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './host.js';

const text = readFileSync(join(ROOT, 'configs/apps/alerts/seed.sql'), 'utf8');

const rowsOf = (pattern) => [...text.matchAll(pattern)].map((match) => match.slice(1));

export const alerts = rowsOf(/\((\d+), '([^']*)', '(\w+)', '(open|acknowledged|resolved)'\)/g);

const samples = rowsOf(/\(\d+, '(\w+)', (\d+), ([\d.]+)\)/g).map(([name, at, value]) => {
  return { name, x: Number(at), y: Number(value) };
});

// Points of one measurement, in the order of time.
export function points(name) {
  return samples.filter((sample) => sample.name === name).sort((a, b) => a.x - b.x);
}
