"""How often the model is right, by kind, on apps and phrases that are kept out of training.

    python3 training/evaluate.py FOLDER [--sessions 600] [--json OUT.json]

An answer that equals the expected one is right. Every other one is written out freely, greedily and
without a grammar, and its effect is compared (effects.py): rows after, rows on screen.
"""
import argparse
import collections
import json
import multiprocessing
from pathlib import Path

import torch

import effects
from data import Sessions, row
from generator import make
from model import block_mask
from tokenizer import Encoder

LENGTH, BATCH = 2048, 32
SETS = {"new_apps_and_phrases": {"held_out_app": True, "held_out_phrases": True},
        "new_apps": {"held_out_app": True},
        "known_apps": {}}
_encoder = _session_of = None


def _start(tokenizer, session):
    global _encoder, _session_of
    _encoder, _session_of = Encoder(tokenizer), session
    torch.set_num_threads(1)


def _session(job):
    """(seed, tokens, length of the preamble, [(start, end, kind)]) with whole answers only."""
    seed, length, options = job
    ids, _, pinned, lines = row(_encoder, seed, length, _session_of, **options)
    spans, at = [], 0
    for line in lines:
        size = len(_encoder.encode([line])[0])
        if line.learn and at + size <= length:
            spans.append((at + 1, at + size - 1, line.kind))   # without tag and newline
        at += size
    return seed, ids[:length], pinned, spans


def sessions(tokenizer, count, options, length=LENGTH, first_seed=900_000_000, session=make.session):
    jobs = [(first_seed + i, length, options) for i in range(count)]
    with multiprocessing.get_context("fork").Pool(None, _start, (tokenizer, session)) as pool:
        return pool.map(_session, jobs, 4)


def teacher_forced_sets(tokenizer, count, length=LENGTH, people=None, apps=None, new_people=None, questions=None):
    """`people`: a bundle of apps that people wrote; those behind the first so many are new to the model, or those
    of `new_people`. `questions`: a bundle of questions, of which those that are kept out are."""
    out = {name: sessions(tokenizer, count, options, length) for name, options in SETS.items()}
    known = {"people": people, "apps": apps} if people else None
    new = {"people": new_people} if new_people else {"people": people, "but": apps} if people and apps else None
    for name, some in (("new_people", new), ("known_people", known)):
        played = Sessions(share=1.0, **some) if some else None
        if played and played.maker:
            out[name] = sessions(tokenizer, count, {}, length, session=played)
    asked = Sessions(questions=questions, questions_share=1.0, held_out=True) if questions else None
    if asked and asked.asker:
        out["new_questions"] = sessions(tokenizer, count, {}, length, session=asked)
    return out


@torch.no_grad()
def best_tokens(model, ids, pinned):
    """(batch, t): the likeliest token behind each position."""
    mask = block_mask(ids.shape[1], pinned, model.config.window)
    with torch.autocast("cuda", torch.bfloat16):
        hidden = model.hidden(ids, mask)
        return torch.cat([model.logits(h).argmax(-1) for h in hidden.split(4)])


def _tensors(batch, length, size):
    ids = torch.zeros(size, length, dtype=torch.long)
    pinned = torch.ones(size, dtype=torch.int32)
    for i, (_, tokens, preamble, _) in enumerate(batch):
        ids[i, :len(tokens)] = torch.tensor(tokens)
        pinned[i] = preamble
    return ids.cuda(), pinned.cuda()


def first_misses(model, tests, batch_size=BATCH):
    """[(test, span, position of the first wrong token or None)]"""
    out = []
    for at in range(0, len(tests), batch_size):
        batch = tests[at:at + batch_size]
        length = len(batch[0][1])
        ids, pinned = _tensors(batch, length, batch_size)
        best = best_tokens(model, ids, pinned)
        wrong = (best[:, :-1] != ids[:, 1:]).cpu()
        for i, test in enumerate(batch):
            for span in test[3]:
                misses = wrong[i, span[0] - 1:span[1] - 1].nonzero()
                out.append((test, span, span[0] + int(misses[0]) if len(misses) else None))
    return out


def teacher_forced(model, sets):
    """{set: {"right":…, "of":…, "kinds": {kind: [right, of]}}}: answers equal to the expected ones."""
    was_training = model.training
    model.eval()
    result = {}
    for name, tests in sets.items():
        kinds = collections.defaultdict(lambda: [0, 0])
        for _, span, miss in first_misses(model, tests):
            kinds[span[2]][0] += miss is None
            kinds[span[2]][1] += 1
        result[name] = {"right": sum(k[0] for k in kinds.values()),
                        "of": sum(k[1] for k in kinds.values()),
                        "kinds": dict(sorted(kinds.items()))}
    model.train(was_training)
    return result


def write_out(model, encoder, misses, most=400):
    """{(seed, start of span): text}: answers from the first wrong token on, greedy, in batches."""
    out = {}
    newline = encoder.newline[0]
    misses = sorted(misses, key=lambda m: m[2])
    for at in range(0, len(misses), BATCH):
        batch = misses[at:at + BATCH]
        ids = torch.zeros(BATCH, LENGTH, dtype=torch.long)
        pinned = torch.ones(BATCH, dtype=torch.int32)
        ends = [miss for _, _, miss in batch]
        for i, (test, _, miss) in enumerate(batch):
            ids[i, :miss] = torch.tensor(test[1][:miss])
            pinned[i] = test[2]
        ids, pinned = ids.cuda(), pinned.cuda()
        open_rows = set(range(len(batch)))
        for _ in range(most):
            best = best_tokens(model, ids, pinned)
            for i in list(open_rows):
                token = int(best[i, ends[i] - 1])
                if token == newline or ends[i] >= LENGTH - 1:
                    open_rows.discard(i)
                    continue
                ids[i, ends[i]] = token
                ends[i] += 1
            if not open_rows:
                break
        for i, (test, span, _) in enumerate(batch):
            text = encoder.tokenizer.decode(ids[i, span[0]:ends[i]].tolist(),
                                            skip_special_tokens=False)
            out[(test[0], span[0])] = text
    return out


def _judge(job):
    """[(kind, command, expected, written, right kind?, right effect?)] of one session's misses."""
    seed, options, order, written = job
    found, count = [], -1

    def before(session, turn):
        nonlocal count
        count += 1
        place = order[count] if count < len(order) else None
        if place in written:
            kind, effect = effects.same(session, turn.answer, written[place])
            found.append((turn.kind, turn.payload, turn.answer, written[place], kind, effect))

    make.session(seed, LENGTH * 6, before, **options)
    return found


def effect_accuracy(model, tokenizer, tests, options):
    encoder = Encoder(tokenizer)
    scored = first_misses(model, tests)
    written = write_out(model, encoder, [m for m in scored if m[2] is not None])
    jobs = []
    for test in tests:
        # The answer that opens the session comes before any turn is watched.
        order = [span[0] for span in test[3] if span[2] != "open"]
        mine = {s: written[(test[0], s)] for s in order if (test[0], s) in written}
        if mine:
            jobs.append((test[0], options, order, mine))
    with multiprocessing.get_context("fork").Pool() as pool:
        judged = [f for fs in pool.map(_judge, jobs, 4) for f in fs]
    kinds = collections.defaultdict(lambda: {"of": 0, "equal": 0, "kind": 0, "effect": 0})
    for _, span, miss in scored:
        entry = kinds[span[2]]
        entry["of"] += 1
        for member in ("equal", "kind", "effect"):
            entry[member] += miss is None
    failures = []
    for kind, payload, expected, text, right_kind, right_effect in judged:
        kinds[kind]["kind"] += right_kind
        kinds[kind]["effect"] += right_effect
        if not right_effect:
            failures.append({"kind": kind, "event": payload, "expected": expected, "written": text})
    return {"kinds": dict(sorted(kinds.items())), "failures": failures}


GROUPS = {
    "open": lambda k: k == "open",
    "click": lambda k: k.startswith("click"),
    "submit": lambda k: k.startswith("submit"),
    "row by description": lambda k: k.endswith("_row"),
    "change by command": lambda k: k in ("act_key", "set_key", "assign_key", "rename_key", "flag_key",
                                         "step_key", "again", "bulk", "bulk_in", "insert",
                                         "delete_key", "undo", "setting"),
    "screen by command": lambda k: k in ("show", "show_thing", "ranked", "manage", "count", "aggregate",
                                         "per", "overview", "samples", "series", "settings",
                                         "new_form", "home"),
    "edit of the screen": lambda k: k in ("order", "only", "hide", "first_n", "unfilter", "retitle",
                                          "remove_part", "add_count", "add_table", "toast"),
    "refusal": lambda k: k in ("nonsense", "injection", "unknown_table", "no_delete", "no_column",
                               "no_insert", "bad_value", "no_match", "several_match", "too_many",
                               "no_action", "no_list", "no_undo"),
    "all commands": lambda k: k != "open" and not k.startswith(("click", "submit")),
}


def grouped(kinds):
    out = {}
    for name, belongs in GROUPS.items():
        chosen = [v for k, v in kinds.items() if belongs(k)]
        out[name] = {m: sum(v[m] for v in chosen) for m in ("of", "equal", "kind", "effect")}
    return out


def table_of(kinds):
    lines = [f"{'':24} {'of':>6} {'equal':>7} {'kind':>7} {'effect':>7}"]
    for name, v in kinds.items():
        shares = " ".join(f"{100 * v[m] / v['of']:6.1f}%" if v["of"] else "      -"
                          for m in ("equal", "kind", "effect"))
        lines.append(f"{name:24} {v['of']:6} {shares}")
    return "\n".join(lines)


def main():
    import export
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--sessions", type=int, default=600)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    model = export.load(options.folder).cuda().eval()
    for layer in model.model.layers:
        layer.compile(dynamic=False)
    tokenizer = options.folder / "tokenizer.json"
    result = {}
    for name, how in SETS.items():
        tests = sessions(tokenizer, options.sessions, how, first_seed=700_000_000)
        found = effect_accuracy(model, tokenizer, tests, how)
        result[name] = {"groups": grouped(found["kinds"]), **found}
        print(f"--- {name}\n{table_of(result[name]['groups'])}\n{table_of(found['kinds'])}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
