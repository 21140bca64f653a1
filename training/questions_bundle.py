"""Makes apps of tables about which people asked questions, compiled into one file, of which sessions are made.

    python3 training/questions_bundle.py OUT.xz --wikisql TRAIN.jsonl.xz [--held-out DEV.jsonl.xz] [--utterances FILE.tsv.xz] [--why]

--wikisql has a question a line: {"table", "columns", "question", "select", "aggregate", "where": [[column, op, value]]},
or is one of WikiSQL's own files with its tables beside (train.jsonl, train.tables.jsonl). Rows are made up. Tables of
--held-out are for tests only. --utterances (source, intent, what was said, between tabs) are what an app has nothing to
do with. --most takes so many questions.
"""
import argparse
import collections
import multiprocessing
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generator.questions import apps, bundle, foreign, read, tables, values  # noqa: E402

_pools = None


def checked(item):
    """(table, its questions that can be used, its columns, why others cannot)"""
    source, records = item
    columns = list(dict.fromkeys(c for r in records for c in r["columns"] + [r["select"]] + [w[0] for w in r["where"]]))
    kept, lost, heard = [], collections.Counter(), set()
    for record in records:
        try:
            found = read.checked(record, columns)
            if read.frame(found) in heard:
                raise read.Dropped("said twice, perhaps of another value")
            heard.add(read.frame(found))
            kept.append(found)
        except read.Dropped as why:
            lost[str(why)] += 1
    return source, kept, columns, lost


def _typed(item):
    source, questions, columns, _ = item
    lost = collections.Counter()
    return tables.table_of(source, questions, columns, _pools, lost), lost


def _made(job):
    group, seed = job
    lost = collections.Counter()
    return apps.made(group, _pools, seed, lost), lost


def _pool():
    return multiprocessing.get_context("fork").Pool()     # with the values of all tables


def compiled(records, seed, lost, pools):
    """Apps of the questions; `lost` counts why others were dropped, `pools` takes up their values."""
    global _pools
    with _pool() as pool:
        found = pool.map(checked, list(read.by_table(records).items()), 200)
    for _, _, _, why in found:
        lost.update(why)
    _pools = pools.add({source: kept for source, kept, _, _ in found})
    with _pool() as pool:
        typed = pool.map(_typed, [f for f in found if f[1]], 200)
    for _, why in typed:
        lost.update(why)
    groups = apps.grouped([t for t, _ in typed if t], seed)
    out = []
    with _pool() as pool:
        for app, why in pool.imap(_made, [(g, seed) for g in groups], 20):
            lost.update(why)
            if app:
                out.append(app)
    return out


def count(found):
    return sum(len(a["events"]) for a in found)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--wikisql", type=Path, required=True)
    arguments.add_argument("--held-out", type=Path)
    arguments.add_argument("--utterances", type=Path)
    arguments.add_argument("--most", type=int, default=60000, help="questions")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--why", action="store_true", help="say why questions were dropped")
    options = arguments.parse_args()
    start, lost, pools = time.time(), collections.Counter(), values.Pools()
    found = compiled(read.records(options.wikisql), options.seed, lost, pools)
    found.sort(key=lambda a: apps.place(a["written"]["seed"]))
    while count(found) > options.most:
        found.pop()
    print(f"{count(found)} questions of {len(found)} apps kept, {sum(lost.values())} dropped")
    if options.held_out:
        tests = compiled(read.records(options.held_out), options.seed, collections.Counter(), pools)
        print(f"{count(tests)} questions of {len(tests)} apps are for tests")
        found += [dict(a, held_out=True) for a in tests]
    pool = foreign.chosen(options.utterances, random.Random(options.seed)) if options.utterances else None
    bundle.write(options.out, found, pool)
    print(f"{len(pool['said']) if pool else 0} utterances; {options.out.stat().st_size / 1e6:.1f} MB in {time.time() - start:.0f} s")
    if options.why:
        for reason, number in lost.most_common():
            print(f"{number:6}  {reason}")


if __name__ == "__main__":
    main()
