"""Training data, made while training: every session is new.

A row is one session cut to `length` tokens: a preamble, then turns. Workers make whole batches; which
seeds a batch holds depends on the seed and its number alone. Sessions are of apps that people wrote
(generator/people), of tables about which people asked (generator/questions), or of made-up apps (generator/make.py).
"""
import os
import random
import sqlite3

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from generator import make
from generator.people import bundle
from generator.people.make import Maker
from generator.questions import bundle as questions_bundle
from generator.questions.make import Asker
from tokenizer import Encoder

BYTES_A_TOKEN = 2.6        # more than there are, so that a session is nearly always long enough
WEIGHT_READ, WEIGHT_WRITTEN = 0.1, 1.0


class Sessions:
    """`people`: a bundle of apps (apps_bundle.py), of which so many are taken for that share of the sessions;
    `questions`: one of questions (questions_bundle.py), with its own share. `held_out`: those that are for tests."""

    def __init__(self, people=None, share=0.65, apps=None, but=None, questions=None, questions_share=0.2, held_out=False):
        asked, foreign = questions_bundle.read(questions, held_out) if questions else ((), None)
        entries = bundle.read(people, apps)[but:] if people else []
        self.maker, self.share = Maker(entries, foreign) if entries else None, share if entries else 0.0
        self.asker, self.asked = Asker(asked, foreign) if asked else None, questions_share if asked else 0.0

    def __call__(self, seed, size):
        whose = random.Random(f"whose {seed}").random()
        if whose < self.share:
            return self.maker.session(seed, size)
        if whose > 1 - self.asked:
            return self.asker.session(seed, size)
        return make.session(seed, size)


def row(encoder, seed, length, session=make.session, **options):
    """(tokens, classes, length of the preamble, lines) of one session."""
    size = int(length * BYTES_A_TOKEN)
    while True:
        lines = session(seed, size, **options)
        ids, classes = encoder.encode(lines)
        if len(ids) > length:
            break
        size = int(size * 1.3)
    first = encoder.encode(lines[:1])
    return ids, classes, len(first[0]), lines


class Batches(IterableDataset):
    def __init__(self, tokenizer, sessions, seed, batch, length):
        self.tokenizer, self.sessions = tokenizer, sessions
        self.seed, self.batch, self.length = seed, batch, length

    def __iter__(self):
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        os.environ["TOKENIZERS_PARALLELISM"] = "false"    # there are as many workers as cores
        encoder = Encoder(self.tokenizer)
        torch.set_num_threads(1)
        number = worker
        while True:
            yield self.make(encoder, number)
            number += workers

    def make(self, encoder, number):
        ids = torch.zeros(self.batch, self.length + 1, dtype=torch.int16)
        classes = torch.zeros(self.batch, self.length + 1, dtype=torch.uint8)
        pinned = torch.zeros(self.batch, dtype=torch.int32)
        for i in range(self.batch):
            tokens, kinds, preamble, _ = self.row(encoder, (self.seed << 40) + number * self.batch + i)
            ids[i] = torch.tensor(tokens[:self.length + 1], dtype=torch.int16)
            classes[i] = torch.tensor(kinds[:self.length + 1], dtype=torch.uint8)
            pinned[i] = min(preamble, self.length)
        return ids, classes, pinned

    def row(self, encoder, seed):
        """One session in many thousands that cannot be played must not end the training."""
        while True:
            try:
                return row(encoder, seed, self.length, self.sessions)
            except (sqlite3.Error, LookupError, ValueError, TypeError, AttributeError) as problem:
                print(f"session {seed} is left out: {problem!r}", flush=True)
                seed += 1 << 39


def loader(tokenizer, sessions, seed, batch, length, workers):
    """Workers are forked, so that apps are read once."""
    return DataLoader(Batches(tokenizer, sessions, seed, batch, length), batch_size=None, num_workers=workers,
                      pin_memory=True, prefetch_factor=8 if workers else None, persistent_workers=False,
                      multiprocessing_context="fork" if workers else None)


def weights_of(classes):
    out = torch.zeros(classes.shape, device=classes.device)
    out[classes == 1] = WEIGHT_READ
    out[classes == 2] = WEIGHT_WRITTEN
    return out
