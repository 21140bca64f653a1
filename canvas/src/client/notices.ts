// What the person is told about what they did. Events that failed for the same reason share one
// notice. A notice that names an event stays until the person dismisses it.

import type { Outgoing } from './memory';
import type { Again } from './outbox';
import type { Did } from './protocol';
import type { Notice, PageStore } from './state';

const MOST_SAID = 4;

export class Notices {
  #store: PageStore;
  #next = 1;

  constructor(store: PageStore) {
    this.#store = store;
  }

  say(message: string): void {
    this.#add({ id: this.#next++, heading: '', message, items: [], again: 'never' });
  }

  // The last change alone: what came before it is not undone first.
  did(did: Did): void {
    this.#publish(this.#store.state.notices.filter((notice) => notice.did === undefined));
    this.#add({ id: this.#next++, heading: '', message: did.says, items: [], again: 'never', did });
  }

  notDone(items: readonly Outgoing[], message: string, again: Again): void {
    this.#add({ id: this.#next++, heading: 'Not done', message, items, again });
  }

  uncertain(item: Outgoing, why: string): void {
    const message = `${why} Trying again does it once, even if it was done before.`;
    const heading = 'It is not known whether this was done';
    this.#add({ id: this.#next++, heading, message, items: [item], again: 'same' });
  }

  find(id: number): Notice | undefined {
    return this.#store.state.notices.find((notice) => notice.id === id);
  }

  dismiss(id: number): void {
    this.#publish(this.#store.state.notices.filter((notice) => notice.id !== id));
  }

  dismissAll(): void {
    this.#publish([]);
  }

  // The newest stands last. What says the same is one.
  #add(notice: Notice): void {
    const all = this.#store.state.notices;
    const alike = all.find((other) => sameReason(other, notice));
    const items = [...(alike?.items ?? []), ...notice.items];
    const others = all.filter((other) => other !== alike);
    this.#publish([...others, { ...notice, items }]);
  }

  #publish(all: readonly Notice[]): void {
    const said = all.filter(({ items }) => items.length === 0);
    const dropped = said.slice(0, -MOST_SAID);
    this.#store.set({ notices: all.filter((notice) => !dropped.includes(notice)) });
  }
}

function sameReason(a: Notice, b: Notice): boolean {
  return a.message === b.message && a.heading === b.heading && a.again === b.again;
}
