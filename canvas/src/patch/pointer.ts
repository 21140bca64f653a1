// JSON pointers (RFC 6901). A token names an object's own member and never an inherited one, so that
// no message reaches a prototype, and a column may be called "constructor" or "__proto__".

import { isArray, isObject, type Json } from './json';

const MAX_DEPTH = 64;
const INDEX = /^(0|[1-9][0-9]{0,8})$/;

// "/rows/a~1b" → ["rows", "a/b"]. Throws a sentence that says what is wrong.
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (pointer[0] !== '/') throw new Error(`pointer ${quote(pointer)} must start with "/"`);
  if (/~(?![01])/.test(pointer)) {
    throw new Error(`pointer ${quote(pointer)} has a "~" that is neither "~0" nor "~1"`);
  }
  const tokens = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (tokens.length > MAX_DEPTH) throw new Error(`pointer is deeper than ${MAX_DEPTH} levels`);
  return tokens;
}

export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

// ["rows", "a/b"] → "/rows/a~1b".
export function pointerTo(...tokens: (string | number)[]): string {
  return tokens.map((token) => `/${escapeToken(String(token))}`).join('');
}

// An index into an array of `length` items, or -1 when the token is not one.
export function arrayIndex(token: string, length: number): number {
  const index = INDEX.test(token) ? Number(token) : -1;
  return index < length ? index : -1;
}

// The member or item that one token names; undefined when there is none.
export function child(value: Json | undefined, token: string): Json | undefined {
  if (isArray(value)) return value[arrayIndex(token, value.length)];
  if (isObject(value) && Object.hasOwn(value, token)) return value[token];
  return undefined;
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
