"""Trains the model on sessions that are made while it trains, on all GPUs of the machine.

    python3 training/train.py TOKENIZER.json OUT --minutes 25 [--people APPS.json] [--questions QUESTIONS.xz] [--seed 1] [--resume]

The plan is --minutes, or --tokens in millions. Stages are shares of it with rows of so many tokens, under the
runtime's mask; "1.0:2048+4096" takes rows of 2048 and of 4096 in turn. --start takes the weights of a folder that was
exported before. The rate rises for 200 steps and falls after --steady, a share of the plan. Every few minutes OUT gets
a folder in Hugging Face layout, a checkpoint to go on from, and a line in OUT/curve.jsonl: accuracy by kind on apps
kept out. Where a command may not take as long as the plan, --pause-after so many minutes saves and ends it, and
--resume goes on.
"""
import argparse
import itertools
import json
import os
import time
from pathlib import Path

import torch
import torch._dynamo

import data
import evaluate
import export
import ranks
from model import Config, Model, block_mask, loss
from muon import Muon

TOGETHER = 50         # steps after which clocks and weights are compared
WARM_UP = 200         # steps
SIZES = {"default": Config(),
         "small": Config(hidden=256, layers=8, attention_at=(2, 6), heads=8, mlp=512),
         "large": Config(hidden=448, layers=12, attention_at=(2, 6, 10), heads=14, mlp=1024)}


class Trainer:
    def __init__(self, ranks, options):
        self.ranks, self.options = ranks, options
        torch.manual_seed(options.seed)
        torch.set_float32_matmul_precision("high")
        self.config = SIZES[options.size]
        self.model = (export.load(options.start) if options.start else Model(self.config)).cuda()
        self.config = self.model.config
        matrices = [p for n, p in self.model.named_parameters()
                    if p.dim() == 2 and "embed" not in n]
        others = [p for n, p in self.model.named_parameters() if p.dim() != 2 or "embed" in n]
        self.muon = Muon(matrices)
        self.adam = torch.optim.AdamW(others, lr=options.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.steps = self.tokens = 0
        self.spent = 0.0          # seconds of training so far
        self.running = None       # loss, a running mean
        self.begun, self.paused = time.time(), False
        self.out = Path(options.out)
        self.out.mkdir(parents=True, exist_ok=True)
        if options.resume:
            self.resume()
        # Every length of rows is compiled for itself, for training and for the tests.
        torch._dynamo.config.recompile_limit = 64
        for layer in self.model.model.layers:
            layer.dropout = options.dropout
            layer.compile(dynamic=False)
        self.loss = torch.compile(loss, dynamic=False)
        self.sessions = data.Sessions(options.people, options.people_share, options.people_apps,
                                      questions=options.questions, questions_share=options.questions_share)
        self.tests = evaluate.teacher_forced_sets(
            options.tokenizer, options.test_sessions, people=options.people, apps=options.people_apps,
            new_people=options.people_tests, questions=options.questions) if ranks.first else None

    @property
    def progress(self):
        if self.options.tokens:
            return self.tokens / (self.options.tokens * 1e6)
        return self.spent / (self.options.minutes * 60)

    def rate(self):
        rise = min(1.0, (self.steps + 1) / WARM_UP)
        steady = self.options.steady
        fall = max(0.0, (self.progress - steady) / (1 - steady))
        return self.options.rate * rise * max(0.02, 1 - fall)

    def step(self, batch):
        ids, classes, pinned = (x.cuda(non_blocking=True) for x in batch)
        ids = ids.long()
        length = ids.shape[1] - 1
        mask = block_mask(length, pinned, self.config.window)
        weights = data.weights_of(classes[:, 1:])
        with torch.autocast("cuda", torch.bfloat16):
            hidden = self.model.hidden(ids[:, :-1], mask)
            total = self.loss(hidden, self.model.model.embed_tokens.weight, ids[:, 1:], weights)
        (total / weights.sum()).backward()
        self.ranks.average_gradients(list(self.model.parameters()))
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        rate = self.rate()
        for group in self.adam.param_groups:
            group["lr"] = rate
        self.adam.step()
        self.muon.step(rate)
        self.model.zero_grad(set_to_none=True)
        self.steps += 1
        self.tokens += ids.shape[0] * length * self.ranks.count
        return (total / weights.sum()).detach(), norm.detach()

    def batches(self, lengths):
        """Batches of rows of each length in turn, with as many tokens in each."""
        workers = max(1, self.options.workers // len(lengths)) if self.options.workers else 0
        loaders = []
        for length in lengths:
            seed = (self.options.seed * 1000 + length + self.steps) * 64 + self.ranks.rank
            loaders.append(iter(data.loader(self.options.tokenizer, self.sessions, seed,
                                            self.options.batch // length, length, workers)))
        for loader in itertools.cycle(loaders):
            yield next(loader)

    def stage(self, until, lengths):
        batches = self.batches(lengths)
        next_save = time.time() + self.options.save_every
        last, tokens = time.time(), self.tokens
        while self.progress < until and not self.paused:
            value, _ = self.step(next(batches))
            self.running = value if self.running is None else self.running * 0.98 + value * 0.02
            if self.steps % TOGETHER == 0:
                self.ranks.take_weights_of_first(self.model.parameters())
                torch.cuda.synchronize()
                now = time.time()
                self.spent = self.ranks.number_of_first(self.spent + now - last)
                self.paused = self.ranks.number_of_first(now - self.begun) > self.options.pause_after * 60
                if self.ranks.first:
                    print(f"step {self.steps} tokens {self.tokens / 1e6:.0f}M loss {self.running:.4f} "
                          f"{(self.tokens - tokens) / (now - last) / 1e3:.0f}k tokens/s "
                          f"progress {self.progress:.3f}", flush=True)
                    if now > next_save:
                        self.report()
                        next_save = time.time() + self.options.save_every
                last, tokens = time.time(), self.tokens

    def report(self):
        start = time.time()
        exact = evaluate.teacher_forced(self.model, self.tests)
        line = {"tokens": self.tokens, "steps": self.steps, "seconds": round(self.spent),
                "loss": None if self.running is None else round(float(self.running), 4), **exact}
        with (self.out / "curve.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        export.save(self.model, self.out / "model", self.options.tokenizer)
        partial = self.out / "checkpoint.partial"
        torch.save({"config": self.config, "model": self.model.state_dict(),
                    "muon": self.muon.state_dict(), "adam": self.adam.state_dict(),
                    "steps": self.steps, "tokens": self.tokens, "spent": self.spent}, partial)
        os.replace(partial, self.out / "checkpoint.pt")
        summary = {name: round(100 * s["right"] / max(1, s["of"]), 1) for name, s in exact.items()}
        print(f"saved after {self.tokens / 1e6:.0f}M tokens in {time.time() - start:.1f} s: {summary}",
              flush=True)

    def resume(self):
        state = torch.load(self.out / "checkpoint.pt", map_location="cuda", weights_only=False)
        self.model.load_state_dict(state["model"])
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.steps, self.tokens, self.spent = state["steps"], state["tokens"], state["spent"]

    def run(self):
        for stage in self.options.stages.split(","):
            until, lengths = stage.split(":")
            if self.progress < float(until) and not self.paused:
                self.stage(float(until), [int(length) for length in lengths.split("+")])
        if self.ranks.first:
            self.report()


def train(ranks, options):
    Trainer(ranks, options).run()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("tokenizer", type=Path)
    arguments.add_argument("out", type=Path)
    plan = arguments.add_mutually_exclusive_group(required=True)
    plan.add_argument("--minutes", type=float)
    plan.add_argument("--tokens", type=float, help="millions")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--size", choices=SIZES, default="default")
    arguments.add_argument("--rate", type=float, default=3e-3, help="of learning, at its highest")
    arguments.add_argument("--dropout", type=float, default=0.0, help="share of what a block adds that is left out")
    arguments.add_argument("--steady", type=float, default=0.5, help="share of the plan before it falls")
    arguments.add_argument("--batch", type=int, default=65536, help="tokens a step of one GPU")
    arguments.add_argument("--workers", type=int, default=14, help="processes a GPU that make data")
    arguments.add_argument("--people", type=Path, help="apps that people wrote, as apps_bundle.py writes them")
    arguments.add_argument("--people-share", type=float, default=0.65, help="of the sessions")
    arguments.add_argument("--people-apps", type=int, help="take so many of them; the others are for the tests")
    arguments.add_argument("--people-tests", type=Path, help="other apps, for the tests alone")
    arguments.add_argument("--questions", type=Path, help="questions that people asked, as questions_bundle.py writes them")
    arguments.add_argument("--questions-share", type=float, default=0.2, help="of the sessions")
    arguments.add_argument("--save-every", type=int, default=150, help="seconds")
    arguments.add_argument("--test-sessions", type=int, default=192)
    arguments.add_argument("--stages", default="1.0:4096",
                           help="share of the plan until which rows have so many tokens")
    arguments.add_argument("--start", type=Path, help="an exported folder to start from")
    arguments.add_argument("--pause-after", type=float, default=float("inf"), help="minutes of this run")
    arguments.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt")
    options = arguments.parse_args()
    if options.people and options.questions and options.people_share + options.questions_share > 1:
        arguments.error("--people-share and --questions-share are more than all sessions")
    ranks.run(train, torch.cuda.device_count(), options)


if __name__ == "__main__":
    main()
