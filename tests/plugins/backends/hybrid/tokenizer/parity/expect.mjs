// node expect.mjs corpus.txt tokenizer.json out.json: the ids that the reference implementation
// gives to every text of the corpus, by name, without what post-processing adds.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export function readCorpus(file) {
  const parts = readFileSync(file, 'utf8').split(/^=== (.*)\n/m).slice(1);
  const texts = {};
  for (let i = 0; i + 1 < parts.length; i += 2) {
    if (parts[i] !== 'end') texts[parts[i]] = parts[i + 1].slice(0, -1);
  }
  texts.all = Object.values(texts).join('\n');
  return texts;
}

export async function expect(corpus, file) {
  const { Tokenizer } = createRequire(pathToFileURL(process.cwd() + '/'))('tokenizers');
  const tokenizer = Tokenizer.fromString(readFileSync(file, 'utf8'));
  const lines = [];
  for (const [name, text] of Object.entries(readCorpus(corpus))) {
    const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
    lines.push(`${JSON.stringify(name)}: ${JSON.stringify(Array.from(encoding.getIds()))}`);
  }
  return `{\n${lines.join(',\n')}\n}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [corpus, file, out] = process.argv.slice(2);
  writeFileSync(out, await expect(corpus, file));
}
