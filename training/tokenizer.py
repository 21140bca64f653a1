"""Trains the tokenizer: byte-level BPE of 4096 tokens, on sessions of the generator.

    python3 training/tokenizer.py OUT.json [--people APPS.json] [--sessions 6000] [--seed 7]

Words, punctuation and digits are kept apart, so that a name is spelt with the same tokens wherever it
stands, and a number digit by digit; upper-case words (SQL's keywords) take the spaces around them.
"""
import argparse
import multiprocessing
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generator import event_log, make  # noqa: E402
from generator.people import bundle  # noqa: E402
from generator.people.make import Maker  # noqa: E402

SIZE = 4096
PAD = "<|pad|>"
SPECIALS = [PAD] + [event_log.special(tag) for tag in event_log.TAGS]
PATTERN = r" ?[A-Z]{2,} ?|\p{Lu}?\p{Ll}+|\p{L}|\p{N}|\n|[^\p{L}\p{N}\n]+"


def _start(people):
    global _people
    _people = Maker(bundle.read(people)) if people else None


def texts(seed):
    """Of two sessions one is of an app that people wrote."""
    session = _people.session if _people and seed % 2 else make.session
    return [line.body for line in session(seed, 6000)]


def train(sessions, seed, people):
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    with multiprocessing.Pool(None, _start, (people,)) as pool:
        corpus = [t for ts in pool.imap(texts, range(seed, seed + sessions), 50) for t in ts]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=SIZE, special_tokens=SPECIALS, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


class Encoder:
    """Lines → (tokens, what they count for in the loss): 0 is not learnt, 1 is read, 2 is written."""

    def __init__(self, path):
        from tokenizers import Tokenizer
        self.tokenizer = Tokenizer.from_file(str(path))
        self.tags = {t: self.tokenizer.token_to_id(event_log.special(t)) for t in event_log.TAGS}
        self.newline = self.tokenizer.encode("\n").ids

    def encode(self, lines):
        """The runtime appends an answer's newline by itself, so it is encoded by itself."""
        ids, weights = [], []
        bodies = self.tokenizer.encode_batch_fast([line.body for line in lines],
                                                  add_special_tokens=False)
        for line, body in zip(lines, bodies):
            ids.append(self.tags[line.tag])
            ids += body.ids + self.newline
            count = len(body.ids) + len(self.newline)
            weights += [1] + [2 if line.learn else 0 if line.tag == "emit" else 1] * count
        return ids, weights


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--sessions", type=int, default=6000)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--people", type=Path, help="apps that people wrote, as apps_bundle.py writes them")
    options = arguments.parse_args()
    tokenizer = train(options.sessions, options.seed, options.people)
    tokenizer.save(str(options.out), pretty=False)
    print(f"{tokenizer.get_vocab_size()} tokens in {options.out}")


if __name__ == "__main__":
    main()
