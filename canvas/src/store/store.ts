// The one store of the page: a JSON tree, and who wants to know about which part of it.
//
// A subscription names a pointer and is called when the value there is another one. Values are
// compared by identity, and only branches that differ are walked, so that a patch of one cell
// wakes one listener, however many cells there are.

import type { Json } from '../patch/json';
import { child, parsePointer } from '../patch/pointer';

type Listener = () => void;

interface Node {
  listeners: Set<Listener>;
  children: Map<string, Node>;
}

const newNode = (): Node => ({ listeners: new Set(), children: new Map() });

export class Store<State extends object> {
  #state: State;
  #root = newNode();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  // Replaces some of the tree's top-level members, then tells whoever watches what changed.
  set(change: Partial<State>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    const woken: Listener[] = [];
    collect(this.#root, before as Json, this.#state as Json, woken);
    for (const listener of woken) listener();
  }

  // The value at a pointer; undefined when there is none.
  get(pointer: string): unknown {
    return parsePointer(pointer).reduce(child, this.#state as Json | undefined);
  }

  subscribe(pointer: string, listener: Listener): () => void {
    const tokens = parsePointer(pointer);
    const trail: Node[] = [this.#root];
    for (const token of tokens) {
      const node = trail[trail.length - 1]!;
      let next = node.children.get(token);
      if (!next) node.children.set(token, (next = newNode()));
      trail.push(next);
    }
    const node = trail[trail.length - 1]!;
    node.listeners.add(listener);
    return () => {
      node.listeners.delete(listener);
      prune(trail, tokens);
    };
  }
}

function collect(node: Node, before?: Json, after?: Json, woken: Listener[] = []): void {
  if (before === after) return;
  woken.push(...node.listeners);
  for (const [token, next] of node.children) {
    collect(next, child(before, token), child(after, token), woken);
  }
}

function prune(trail: Node[], tokens: string[]): void {
  for (let depth = trail.length - 1; depth > 0; --depth) {
    const node = trail[depth]!;
    if (node.listeners.size > 0 || node.children.size > 0) return;
    const parent = trail[depth - 1]!;
    if (parent.children.get(tokens[depth - 1]!) === node) {
      parent.children.delete(tokens[depth - 1]!);
    }
  }
}
