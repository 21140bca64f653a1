import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { applyPatch } from '../src/patch/apply';
import { canonical, viewHash } from '../src/patch/hash';
import { equal, type Json } from '../src/patch/json';

const CASES = join(import.meta.dirname, '../../tests/cases/patch');
const read = (name: string) => JSON.parse(readFileSync(join(CASES, `${name}.json`), 'utf8'));

interface PatchCase {
  comment: string;
  doc: Json;
  patch: Json;
  expected?: Json;
  error?: string;
}
interface HashCase {
  comment: string;
  view: Json;
  canonical: string;
  hash: string;
}

describe('the shared patch cases', () => {
  it.each(read('rfc6902') as PatchCase[])('$comment', ({ doc, patch, expected, error }) => {
    const before = JSON.stringify(doc);
    if (error === undefined) {
      const after = applyPatch(doc, patch);
      expect(equal(after, expected!), JSON.stringify(after)).toBe(true);
    } else {
      expect(() => applyPatch(doc, patch)).toThrow();
    }
    expect(JSON.stringify(doc)).toBe(before);
  });
});

describe('the shared hash cases', () => {
  it.each(read('hash') as HashCase[])('$comment', ({ view, canonical: text, hash }) => {
    expect(canonical(view)).toBe(text);
    expect(viewHash(view)).toBe(hash);
  });
});

// What the host's diff makes, this applier must turn into the same view.
interface DiffCase {
  comment: string;
  before: Json;
  after: Json;
  ops: Json;
}
describe('the shared diff cases', () => {
  it.each(read('diff') as DiffCase[])('$comment', ({ before, after, ops }) => {
    canonical(before); // what was written of it must not be taken for what came after
    expect(canonical(applyPatch(before, ops))).toBe(canonical(after));
  });
});

// Columns may be called so.
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
];

describe('applyPatch', () => {
  it('shares what no operation touched', () => {
    const before = { a: { deep: [1, 2] }, b: [{ x: 1 }, { x: 2 }] };
    const after = applyPatch(before, [
      { op: 'replace', path: '/b/1/x', value: 3 },
    ]) as typeof before;
    expect(after).not.toBe(before);
    expect(after.a).toBe(before.a);
    expect(after.b[0]).toBe(before.b[0]);
    expect(after.b[1]).toEqual({ x: 3 });
  });

  it('does not write through a copy', () => {
    const after = applyPatch({ a: { n: 1 } }, [
      { op: 'replace', path: '/a/n', value: 2 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'replace', path: '/b/n', value: 3 },
    ]);
    expect(after).toEqual({ a: { n: 2 }, b: { n: 3 } });
  });

  it('does not write into the values of the message', () => {
    const ops = [
      { op: 'add', path: '/a', value: { list: [] as number[] } },
      { op: 'add', path: '/a/list/-', value: 1 },
    ];
    expect(applyPatch({}, ops)).toEqual({ a: { list: [1] } });
    expect(ops[0]!.value).toEqual({ list: [] });
  });

  it.each(NAMES)('knows the member "%s" as any other, and only where it was given', (name) => {
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    const before = Object.getOwnPropertyNames(prototype);
    const path = `/${name}`;
    for (const op of ['replace', 'remove', 'test']) {
      expect(() => applyPatch({}, [{ op, path, value: 1 }])).toThrow('nothing at');
    }
    expect(() => applyPatch({}, [{ op: 'add', path: `${path}/polluted`, value: 1 }])).toThrow();
    const given = applyPatch({}, [
      { op: 'add', path, value: { deep: 1 } },
      { op: 'replace', path: `${path}/deep`, value: 2 },
      { op: 'copy', from: path, path: '/other' },
    ]);
    expect(JSON.parse(canonical(given))).toEqual(JSON.parse(`{"${name}":{"deep":2},"other":{"deep":2}}`));
    expect(Object.hasOwn(given as object, name)).toBe(true);
    expect(Object.getPrototypeOf(given)).toBe(Object.prototype);
    const moved = applyPatch(given, [{ op: 'move', from: path, path: '/moved' }]) as object;
    expect(Object.hasOwn(moved, name)).toBe(false);
    expect(equal(moved as Json, { moved: { deep: 2 }, other: { deep: 2 } })).toBe(true);
    expect(Object.getOwnPropertyNames(prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)['deep']).toBeUndefined();
  });

  it('sees no members that an object only inherits', () => {
    expect(() => applyPatch({}, [{ op: 'copy', from: '/toString', path: '/b' }])).toThrow(
      'nothing at',
    );
    expect(() => applyPatch({}, [{ op: 'replace', path: '/valueOf', value: 1 }])).toThrow(
      'nothing at',
    );
  });

  it('says which operation failed and why', () => {
    const ops = [
      { op: 'test', path: '/a', value: 1 },
      { op: 'remove', path: '/b' },
    ];
    expect(() => applyPatch({ a: 1 }, ops)).toThrow('operation 1: nothing at "/b"');
  });

  it('bounds what one patch may hold', () => {
    const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '', value: {} }));
    expect(() => applyPatch({}, many)).toThrow('at most 10000 operations');
    const deep = '/a'.repeat(65);
    expect(() => applyPatch({}, [{ op: 'test', path: deep, value: 1 }])).toThrow('deeper than 64');
  });
});
