// The view's hash, the same on every side of the wire: FNV-1a, 64 bits, over canonical JSON
// (docs/protocol.md). Two 32-bit halves, because BigInt is some fifty times slower here.

import { isArray, type Json, type JsonObject } from './json';

const encoder = new TextEncoder();

// Texts of containers that were written before. Values never change in place and patches share what
// they do not touch, so that after a patch only the path to it is written again.
const written = new WeakMap<object, string>();

// Compact, members sorted by the UTF-8 bytes of their names.
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  let text = written.get(value);
  if (text === undefined) {
    text = isArray(value) ? `[${value.map(canonical).join(',')}]` : canonicalObject(value);
    written.set(value, text);
  }
  return text;
}

function canonicalObject(object: JsonObject): string {
  const members = Object.keys(object)
    .sort(compareUtf8)
    .map((name) => `${JSON.stringify(name)}:${canonical(object[name]!)}`);
  return `{${members.join(',')}}`;
}

export function viewHash(view: Json): string {
  return fnv1a64(encoder.encode(canonical(view)));
}

export function fnv1a64(bytes: Uint8Array): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    // Times 0x100000001b3, which is 2^40 + 435.
    const product = low * 435;
    const carry = (product - (product >>> 0)) / 0x100000000;
    high = (high * 435 + carry + low * 256) >>> 0;
    low = product >>> 0;
  }
  return hex(high) + hex(low);
}

// UTF-8 bytes sort as code points do. UTF-16 units do not: surrogates stand below U+E000.
function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; ++i) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}
