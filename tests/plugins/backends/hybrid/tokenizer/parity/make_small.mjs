// node make_small.mjs tests/cases/tokenizer: trains small tokenizers of every supported kind on
// the corpus and writes them and their expected ids. Run it in a folder where this project's
// packages are installed, after a change of the corpus or of a kind.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, readCorpus } from './expect.mjs';

const folder = process.argv[2];
const corpus = join(folder, 'corpus.txt');
const texts = readCorpus(corpus);
const learn = ['english', 'cpp', 'json', 'sql', 'emoji', 'cjk', 'scripts', 'spaces', 'long_runs'];

const byteNames = (() => {
  const names = [];
  let next = 256;
  for (let b = 0; b < 256; b++) {
    const printable = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
    names.push(String.fromCodePoint(printable ? b : next++));
  }
  return names;
})();
const inAlphabet = (text) => [...Buffer.from(text)].map((b) => byteNames[b]).join('');

// The most frequent pair becomes a token, again and again.
function train(words, count) {
  const merges = [];
  let all = words.map((word) => [...word]);
  while (merges.length < count) {
    const seen = new Map();
    for (const word of all) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = word[i] + ' ' + word[i + 1];
        seen.set(pair, (seen.get(pair) ?? 0) + 1);
      }
    }
    const [best, times] = [...seen].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [];
    if (!best || times < 2) break;
    const [left, right] = best.split(' ');
    merges.push([left, right]);
    all = all.map((word) => {
      const out = [];
      for (let i = 0; i < word.length; i++) {
        if (word[i] === left && word[i + 1] === right) out.push(left + word[++i]);
        else out.push(word[i]);
      }
      return out;
    });
  }
  return merges;
}

function vocabulary(...names) {
  const vocab = {};
  for (const name of names) vocab[name] ??= Object.keys(vocab).length;
  return vocab;
}

const gpt2 = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const learnt = learn.map((name) => texts[name]);
const byteMerges = train(learnt.flatMap((t) => t.match(gpt2)).map(inAlphabet), 130);
const spaced = learnt.flatMap((t) => t.split(/(?= )/)).map((w) => w.replaceAll(' ', '\u2581'));
const charMerges = train(spaced, 130);

const added = (id, content, flags = {}) => ({
  id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
  ...flags });

function byteLevel(settings) {
  const { tokens = ['<|endoftext|>'], extra = [], pairs = false, flags = {}, ...rest } = settings;
  const { model = {}, ...top } = rest;
  const vocab = vocabulary(...byteNames, ...byteMerges.map(([a, b]) => a + b), ...extra);
  const first = Object.keys(vocab).length;
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: tokens.map((t, i) => added(first + i, t, flags[t])),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    ...top,
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null,
      end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false,
      ...model, vocab, merges: pairs ? byteMerges : byteMerges.map((m) => m.join(' ')) },
  };
}

function characters(settings) {
  const { tokens = ['<unk>', '<s>', '</s>'], bytes = true, flags = {}, drop = [], model = {},
    ...top } = settings;
  const hex = (b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`;
  const merges = charMerges.filter((m) => !drop.some((c) => m.join('').includes(c)));
  const vocab = vocabulary(...tokens, ...(bytes ? byteNames.map((_, b) => hex(b)) : []), '\u2581',
    ...[...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?()"\'-_=*/<>{}'],
    ...merges.flatMap(([a, b]) => [...a, ...b]), ...merges.map(([a, b]) => a + b));
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: tokens.map((t, i) => added(i, t, flags[t])),
    normalizer: null, pre_tokenizer: null, post_processor: null,
    ...top,
    model: { type: 'BPE', dropout: null, unk_token: '<unk>', continuing_subword_prefix: null,
      end_of_word_suffix: null, fuse_unk: true, byte_fallback: bytes, ignore_merges: false,
      ...model, vocab, merges: merges.map((m) => m.join(' ')) },
  };
}

const split = (Regex, behavior = 'Isolated', invert = false) =>
  ({ type: 'Split', pattern: { Regex }, behavior, invert });
const plainBytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
const sequence = (...pretokenizers) => ({ type: 'Sequence', pretokenizers });
const tail = String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const start = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|`;
const template = (begin, end, ids) => ({ type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: begin, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } },
    ...(end ? [{ SpecialToken: { id: end, type_id: 0 } }] : [])],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: Object.fromEntries([begin, end].filter(Boolean).map((t) =>
    [t, { id: t, ids: [ids[t]], tokens: [t] }])) });
const prepend = { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '\u2581' },
  { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' }] };
const spaceDecoder = { type: 'Sequence', decoders: [
  { type: 'Replace', pattern: { String: '\u2581' }, content: ' ' }, { type: 'ByteFallback' },
  { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] };

const begin = '<|begin_of_text|>';
const whole = ['SELECT', '\u0120SELECT', 'HELLO', '\u0120fox', '123'];

const kinds = {
  gpt2: byteLevel({}),
  llama3: byteLevel({ pairs: true, model: { ignore_merges: true },
    extra: whole, tokens: [begin, '<|endoftext|>', '<|eot_id|>'],
    pre_tokenizer: sequence(split(start + String.raw`\p{N}{1,3}` + tail), plainBytes),
    post_processor: { type: 'Sequence', processors: [{ ...plainBytes },
      template(begin, null, { [begin]: Object.keys(vocabulary(...byteNames,
        ...byteMerges.map((m) => m.join('')), ...whole)).length })] } }),
  qwen: byteLevel({ pairs: true, normalizer: { type: 'NFC' },
    tokens: ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<tool_call>', '</tool_call>'],
    flags: { '<tool_call>': { special: false }, '</tool_call>': { special: false } },
    pre_tokenizer: sequence(split(start + String.raw`\p{N}` + tail), plainBytes) }),
  o200k: byteLevel({ pre_tokenizer: sequence(split(
    String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
    'Removed', true), plainBytes) }),
  falcon: byteLevel({ pre_tokenizer: sequence({ type: 'Punctuation', behavior: 'Contiguous' },
    { ...plainBytes, use_regex: true }, { type: 'Digits', individual_digits: false },
    split('[0-9][0-9][0-9]')) }),
  neox: byteLevel({ normalizer: { type: 'NFC' },
    tokens: ['<|endoftext|>', '  ', '    ', '<norm>', '<normal>'],
    flags: Object.fromEntries(['  ', '    ', '<norm>', '<normal>'].map((t) =>
      [t, { special: false, normalized: true }])),
    pre_tokenizer: sequence({ type: 'Digits', individual_digits: true },
      { ...plainBytes, add_prefix_space: true, use_regex: true }) }),
  words: byteLevel({ pre_tokenizer: sequence(split(String.raw`[\w]+`, 'MergedWithPrevious'),
    split(String.raw`\W*[\s\p{Han}]`, 'MergedWithNext'),
    split(String.raw`^.|(?<=a)$|[^\S\n]\S`, 'Contiguous'), plainBytes) }),
  llama2: characters({ normalizer: prepend, decoder: spaceDecoder,
    post_processor: template('<s>', '</s>', { '<s>': 1, '</s>': 2 }) }),
  metaspace: characters({ bytes: false, drop: ['e'],
    tokens: ['<unk>', '<s>', '</s>', '<mask>', '<word>', '<left>', '<right>'],
    flags: { '<mask>': { lstrip: true, rstrip: true }, '<word>': { single_word: true },
      '<left>': { lstrip: true, special: false }, '<right>': { rstrip: true } },
    normalizer: { type: 'NFKC' },
    pre_tokenizer: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'first', split: true },
    decoder: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'first', split: true } }),
  metaspace_always: characters({ model: { fuse_unk: false }, bytes: false,
    tokens: ['<unk>', '<s>', '</s>', '<norm>'], flags: { '<norm>': { normalized: true, special: false } },
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFD' },
      { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '\u2581' }] },
    pre_tokenizer: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true },
    decoder: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true } }),
};

for (const [name, kind] of Object.entries(kinds)) {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(kind) + '\n');
  writeFileSync(join(folder, `${name}.expected.json`), await expect(corpus, file));
}
