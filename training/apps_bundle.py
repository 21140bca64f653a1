"""Compiles the apps that people wrote into one file, of which sessions are made.

    python3 training/apps_bundle.py OUT.json [--apps training/apps] [--why]

Prints how many turns of each kind can be answered as the model writes, and why the others cannot. Needs PyYAML;
what reads OUT.json needs nothing but Python.
"""
import argparse
import collections
import multiprocessing
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import apps_check  # noqa: E402
from generator.people import bundle  # noqa: E402


def plain(value):
    """Without the lines that apps_check remembers."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def compiled(path):
    written = plain(apps_check.load(path))
    entry, dropped = bundle.compiled(written)
    total = collections.Counter(t["kind"] for e in written["events"] for worded in bundle.wordings(e)
                                for t in worded.get("talk", [worded]))
    kept = {"written": entry.written, "events": entry.events, "names": entry.names}
    return kept, total, dropped


def report(total, dropped, why):
    lost = collections.Counter(kind for kind, _ in dropped)
    reasons = collections.Counter(reason for _, reason in dropped)
    for kind in sorted(total, key=lambda k: (1 - lost[k] / total[k], k)):
        print(f"{kind:24}{total[kind] - lost[kind]:6} of {total[kind]:5}  {100 * (1 - lost[kind] / total[kind]):5.1f} %")
    every, gone = sum(total.values()), sum(lost.values())
    print(f"{'all':24}{every - gone:6} of {every:5}  {100 * (1 - gone / every):5.1f} %")
    if why:
        for reason, count in reasons.most_common():
            print(f"{count:6}  {reason}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--apps", type=Path, default=Path(__file__).parent / "apps")
    arguments.add_argument("--why", action="store_true")
    options = arguments.parse_args()
    total, dropped, entries = collections.Counter(), [], []
    with multiprocessing.Pool() as pool:
        for entry, of_kind, lost in pool.imap(compiled, sorted(options.apps.glob("*.yaml")), 2):
            entries.append(entry)
            total.update(of_kind)
            dropped += lost
    bundle.write(entries, options.out)
    report(total, dropped, options.why)


if __name__ == "__main__":
    main()
