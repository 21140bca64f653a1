// A browser for the tests of one file; for each of them a host and the people who use it.

import { after, afterEach, before } from 'node:test';

import { launch, openTab } from './browser.js';
import { row } from './person.js';

export class Stage {
  host; // set by the test; stopped after it
  #browser;
  #contexts = [];

  constructor() {
    before(async () => {
      this.#browser = await launch();
    });
    after(() => this.#browser?.close());
    afterEach(async () => {
      for (const context of this.#contexts) await context.close();
      this.#contexts = [];
      await this.host?.stop();
      this.host = undefined;
    });
  }

  // Storage and cookies of its own.
  async context() {
    const context = await this.#browser.newContext({ viewport: { width: 1100, height: 800 } });
    context.setDefaultTimeout(30_000);
    this.#contexts.push(context);
    return context;
  }

  // Somebody who sees the row with this key.
  async person(key = 1) {
    const context = await this.context();
    const tab = await openTab(context, this.host.url);
    await row(tab.page, key).waitFor();
    return { ...tab, context };
  }
}
