"""A whole session, turn after turn: what the model reads and what it must write."""
import random

from . import clicks, commands, edits, refusals, schema, views
from .session import Session, Turn

GROUPS = [(25, clicks.MAKERS), (34, commands.MAKERS), (20, views.MAKERS), (13, edits.MAKERS),
          (12, refusals.MAKERS)]
DEMO_SHARE = 0.06
AFRESH_SHARE = 0.12   # of sessions that begin where a host began a fresh sequence


def _weighted(rng, pairs):
    return rng.choices([p[1] for p in pairs], [p[0] for p in pairs])[0]


def next_turn(s):
    for _ in range(60):
        group = _weighted(s.rng, GROUPS)
        if group is commands.MAKERS and not s.app.allows("DatabaseAction"):
            group = refusals.MAKERS
        s.pending_action = None
        turn = _weighted(s.rng, group)(s)
        if turn:
            return turn
    return refusals.nonsense(s)


def first_attempt(s, turn):
    """What the runtime would have refused before the right answer, now and then."""
    if turn.answer["kind"] != "sql" or " WHERE " not in turn.answer["sql"] or not s.chance(0.02):
        return None
    text = turn.answer["sql"]
    if s.chance(0.5):
        bare = text[:text.index(" WHERE ")]
        table = bare.split(" ")[1] if bare.startswith("UPDATE") else bare.split(" ")[2]
        verb = "UPDATE" if bare.startswith("UPDATE") else "DELETE"
        key = s.app.table(table.strip('"'))
        where = " or ".join((key.update or key.delete).where) if key else "its key"
        return (s.answer(bare), {"by": "guard", "rule": "where",
                                 "why": f"{verb} of {table} needs a WHERE: fix {where} with = or IN"})
    table = s.rng.choice(s.app.tables)
    wrong = text.replace(" WHERE ", "s WHERE ", 1) if text.startswith("DELETE") else \
        text.replace("UPDATE ", "UPDATE old_", 1)
    return s.answer(wrong), {"by": "guard", "rule": "table",
                             "why": f"there is no such table; known: {table.name}"}


def open_session(rng, held_out_app=False, held_out_phrases=False, app=None, noise=True):
    if app is None:
        if not held_out_app and rng.random() < DEMO_SHARE:
            app = schema.demo(rng)
        else:
            app = schema.draw(rng, held_out_app, plain=rng.random() < 0.25)
    s = Session(rng, app, held_out_phrases, noise)
    parts = views.home(app)
    s.play(Turn("open", {"open": app.name}, s.manifest(parts), parts, event="open"))
    return s


def step(s, before=None):
    """One more turn; `before` sees it while the facts are still as they were."""
    if s.chance(0.02):
        s.somebody_else()
    turn = next_turn(s)
    failed = first_attempt(s, turn)
    s.facts.given = turn.values
    if before:
        before(s, turn)
    s.play(turn, failed)
    if turn.answer["kind"] == "sql":
        s.last_action = s.pending_action
    return turn


def session(seed, size, before=None, **options):
    """Lines of a session of at least `size` bytes of text, a function of the seed."""
    rng = random.Random(seed)
    s = open_session(rng, **options)
    if rng.random() < AFRESH_SHARE:
        for _ in range(rng.randint(2, 14)):
            step(s)
        s.begin_afresh(rng.randint(200, 1500))
    total = sum(len(line.body) for line in s.lines)
    while total < size:
        at = len(s.lines)
        step(s, before)
        total += sum(len(line.body) for line in s.lines[at:])
    s.facts.close()
    return s.lines
