"""Prints a session as the model reads it, to be read by a person; what the model writes is marked.

    python3 training/show_session.py [--people APPS.json [--app NAME] | --questions QUESTIONS.xz [--held-out]] [--seed 1] [--size 8000]
"""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generator import make  # noqa: E402
from generator.people import bundle  # noqa: E402
from generator.people.make import Maker  # noqa: E402
from generator.questions import bundle as questions_bundle  # noqa: E402
from generator.questions.make import Asker  # noqa: E402


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=Path)
    arguments.add_argument("--app")
    arguments.add_argument("--questions", type=Path)
    arguments.add_argument("--held-out", action="store_true", help="questions that are not trained with")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--size", type=int, default=8000)
    options = arguments.parse_args()
    if options.people:
        entries = bundle.read(options.people)
        entries = [e for e in entries if options.app in (None, e.app.name)]
        lines = Maker(entries).session(options.seed, options.size)
    elif options.questions:
        lines = Asker(*questions_bundle.read(options.questions, options.held_out)).session(options.seed, options.size)
    else:
        lines = make.session(options.seed, options.size)
    for line in lines:
        print(f"{'→' if line.learn else ' '} {line.tag} {line.body}" + (f"    [{line.kind}]" if line.learn else ""))


if __name__ == "__main__":
    main()
