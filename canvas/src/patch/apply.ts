// RFC 6902 patches, and `append`, which adds text to the end of a string.
//
// All operations apply or none: the document that came in is never changed, and the one that goes
// out shares every part that no operation touched. Subscriptions rely on that identity.

import { equal, isArray, isObject, type Json, type JsonObject } from './json';
import { arrayIndex, child, parsePointer, quote } from './pointer';

const MAX_OPERATIONS = 10_000;

export class PatchError extends Error {
  override name = 'PatchError';
}

// Throws PatchError, which names the operation's index and what is wrong with it.
export function applyPatch(document: Json, operations: unknown): Json {
  if (!Array.isArray(operations)) throw new PatchError('a patch must be an array of operations');
  if (operations.length > MAX_OPERATIONS) {
    throw new PatchError(`a patch may hold at most ${MAX_OPERATIONS} operations`);
  }
  const draft = new Draft(document);
  operations.forEach((operation: unknown, index) => {
    try {
      draft.apply(operation);
    } catch (error) {
      throw new PatchError(`operation ${index}: ${(error as Error).message}`);
    }
  });
  return draft.root;
}

// Copies each container once, when it is first written to.
class Draft {
  root: Json;
  #owned = new Set<Json>();

  constructor(root: Json) {
    this.root = root;
  }

  apply(operation: unknown): void {
    if (!isObject(operation)) throw new Error('must be an object');
    const { op } = operation;
    const path = pointerMember(operation, 'path');
    switch (op) {
      case 'add':
        return this.#add(path, valueMember(operation));
      case 'remove':
        this.#remove(path);
        return;
      case 'replace':
        return this.#replace(path, valueMember(operation));
      case 'move': {
        const from = pointerMember(operation, 'from');
        if (from.length < path.length && from.every((token, i) => token === path[i])) {
          throw new Error('cannot move a value into itself');
        }
        if (equal(from, path)) {
          this.#get(from);
          return;
        }
        return this.#add(path, this.#remove(from));
      }
      case 'copy': {
        const value = this.#get(pointerMember(operation, 'from'));
        this.#owned.clear(); // the value now stands in two places: neither may be written in place
        return this.#add(path, value);
      }
      case 'test':
        if (!equal(this.#get(path), valueMember(operation))) {
          throw new Error(`test failed at ${at(path)}`);
        }
        return;
      case 'append': {
        const text = valueMember(operation);
        const before = this.#get(path);
        if (typeof text !== 'string') throw new Error('append needs a string value');
        if (typeof before !== 'string') throw new Error(`${at(path)} is not a string`);
        return this.#replace(path, before + text);
      }
      default:
        throw new Error(`unknown op ${quote(String(op))}`);
    }
  }

  #get(path: string[]): Json {
    let value: Json | undefined = this.root;
    for (const [depth, token] of path.entries()) {
      value = child(value, token);
      if (value === undefined) throw new Error(`nothing at ${at(path.slice(0, depth + 1))}`);
    }
    return value;
  }

  #add(path: string[], value: Json): void {
    if (path.length === 0) {
      this.root = value;
      return;
    }
    const parent = this.#writableParent(path);
    const last = path[path.length - 1]!;
    if (Array.isArray(parent)) {
      const index = last === '-' ? parent.length : arrayIndex(last, parent.length + 1);
      if (index < 0) throw new Error(`${at(path)} is not a place in an array of ${parent.length}`);
      parent.splice(index, 0, value);
    } else {
      setMember(parent, last, value);
    }
  }

  #replace(path: string[], value: Json): void {
    this.#get(path);
    if (path.length === 0) {
      this.root = value;
      return;
    }
    const parent = this.#writableParent(path);
    const last = path[path.length - 1]!;
    if (Array.isArray(parent)) parent[Number(last)] = value;
    else setMember(parent, last, value);
  }

  #remove(path: string[]): Json {
    const value = this.#get(path);
    if (path.length === 0) throw new Error('cannot remove the whole document');
    const parent = this.#writableParent(path);
    const last = path[path.length - 1]!;
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
    return value;
  }

  // The container that holds the last token, copied unless this patch made it, with its ancestors.
  #writableParent(path: string[]): Json[] | Record<string, Json> {
    this.root = this.#own(this.root, path, 0);
    let parent = this.root as Json[] | Record<string, Json>;
    for (let depth = 1; depth < path.length; ++depth) {
      const token = path[depth - 1]!;
      const next: Json | undefined = child(parent, token);
      if (next === undefined) throw new Error(`nothing at ${at(path.slice(0, depth))}`);
      const owned = this.#own(next, path, depth);
      if (Array.isArray(parent)) parent[Number(token)] = owned;
      else setMember(parent, token, owned);
      parent = owned;
    }
    return parent;
  }

  #own(value: Json, path: string[], depth: number): Json[] | Record<string, Json> {
    if (!isArray(value) && !isObject(value)) {
      throw new Error(`${at(path.slice(0, depth))} holds no members or items`);
    }
    if (this.#owned.has(value)) return value as Json[] | Record<string, Json>;
    const copy = isArray(value) ? [...value] : { ...value };
    this.#owned.add(copy);
    return copy;
  }
}

// Assigning to a member called "__proto__" would set the prototype.
function setMember(object: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(object, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function pointerMember(operation: JsonObject, name: 'path' | 'from'): string[] {
  const pointer = Object.hasOwn(operation, name) ? operation[name] : undefined;
  if (typeof pointer !== 'string') throw new Error(`"${name}" must be a string`);
  return parsePointer(pointer);
}

function valueMember(operation: JsonObject): Json {
  if (!Object.hasOwn(operation, 'value')) throw new Error('"value" is missing');
  return operation['value']!;
}

function at(path: string[]): string {
  return path.length === 0 ? 'the root' : quote(`/${path.join('/')}`);
}
