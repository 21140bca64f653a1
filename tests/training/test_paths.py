"""Foreign keys as names, and joins of an effect as paths along them.

    python3 -m unittest discover tests/training -p 'test_paths.py'
"""
import json
import random
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training"))
import apps_check  # noqa: E402
import yaml  # noqa: E402
from generator.people import bundle, compile, load  # noqa: E402
from generator.people.expressions import Cannot  # noqa: E402
from generator.people.parse import parse  # noqa: E402
from generator.people.play import Play  # noqa: E402
from generator.people.preamble import preamble  # noqa: E402
from generator.people.shapes import Shaper  # noqa: E402
from generator.people.text import Writer, plain  # noqa: E402
from generator.people.world import World  # noqa: E402

CATALOG = """
  app: catalog
  prompt: ""
  schema: |
    CREATE TABLE accounts (id TEXT PRIMARY KEY);
    CREATE TABLE members (member_no TEXT PRIMARY KEY, name TEXT, town TEXT, invitedBy TEXT REFERENCES members (member_no));
    CREATE TABLE Rooms (House TEXT, No TEXT, Beds TEXT, PRIMARY KEY (House, No));
    CREATE TABLE loans (loan_no TEXT PRIMARY KEY, member_no TEXT REFERENCES members (member_no), tool TEXT, name TEXT,
      fee TEXT, house TEXT, room TEXT, FOREIGN KEY (house, room) REFERENCES Rooms (House, No));
    CREATE TABLE transfers (id TEXT PRIMARY KEY, from_account TEXT REFERENCES accounts (id),
      to_account TEXT REFERENCES accounts (id));
  seed: ""
  policy: {}
  screens: {}
"""
TOOLS = """
  app: tools
  prompt: You run the counter of a tool library.
  schema: |
    CREATE TABLE members (no INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT NOT NULL, secret TEXT);
    CREATE TABLE loans (loan_no INTEGER PRIMARY KEY, member_no INTEGER NOT NULL REFERENCES members (no),
      keeper INTEGER REFERENCES members (no), tool TEXT NOT NULL, fee INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE fines (fine_no INTEGER PRIMARY KEY, loan_no INTEGER NOT NULL REFERENCES loans (loan_no));
    CREATE TABLE hidden (member_no INTEGER PRIMARY KEY REFERENCES members (no));
  seed: |
    INSERT INTO members VALUES (1, 'Ada', 'Leith', NULL), (2, 'Jo', 'Dalkeith', NULL), (3, 'Kim', 'Leith', NULL);
    INSERT INTO loans VALUES (10, 1, 2, 'belt sander', 3), (11, 2, NULL, 'long ladder', 0), (12, 1, NULL, 'jigsaw', 5);
    INSERT INTO fines VALUES (20, 10);
  policy:
    members: { select: [no, name, town], update: { columns: [town], where: [no], max_rows: 5 } }
    loans: { select: all }
    fines: { select: all }
    hidden: { insert: { columns: all } }
  screens:
    home: [ { type: table, id: loans, source: "SELECT loan_no, tool, fee FROM loans ORDER BY loan_no" } ]
"""
JOINED = "FROM loans l JOIN members m ON m.no = l.member_no"


def app_of(text):
    return load.app_of(yaml.load(text, apps_check.Loader))


def shaped(text):
    return Shaper(app_of(TOOLS)).select(parse(text))


class Links(unittest.TestCase):
    """The cases of tests/host/sql/paths_test.cpp."""

    def test_are_named_as_people_say(self):
        links = app_of(CATALOG).links
        for table, names in (
                ("loans", "member:members room:Rooms"),
                ("members", "invited_by:members members*:members loans*:loans"),
                ("Rooms", "loans*:loans"), ("transfers", "from_account:accounts to_account:accounts"),
                ("accounts", "transfers*:transfers transfers_to_account*:transfers")):
            told = [f"{x.name}{'*' * x.many}:{x.table}" for x in links[table]]
            self.assertEqual(sorted(told), sorted(names.split()), table)

    def test_every_name_of_a_session_has_links(self):
        entry, _ = bundle.compiled(dict(yaml.load(TOOLS, apps_check.Loader), events=[]))
        entry.names["all"], others = set(entry.names["all"]), 0
        for seed in range(100):
            world = World(random.Random(seed), entry)
            told = json.loads(preamble(entry.app, world, {}, [], {}))["tables"]
            loans = told[world.table("loans")]
            self.assertEqual(list(loans["of"]), [world.link("loans", "member"), world.link("loans", "keeper")])
            self.assertEqual(set(loans["of"].values()), {world.table("members")})
            others += list(loans["of"]) != ["member", "keeper"]
        self.assertGreater(others, 5)


class Paths(unittest.TestCase):
    def comes_to(self, text, written):
        """What the model writes for it, which finds the same rows."""
        app, select = app_of(TOOLS), shaped(text)
        self.assertEqual(Writer().text(select), written)
        db = app.database()
        self.assertEqual(sorted(db.execute(plain(select, app))), sorted(db.execute(text)))

    def test_lead_to_one_row(self):
        self.comes_to(f"SELECT l.tool, m.name {JOINED} WHERE m.town = 'Leith' ORDER BY m.name",
                      "SELECT tool, member.name FROM loans WHERE member.town = 'Leith' ORDER BY member.name")
        self.comes_to("SELECT m.name, l.tool FROM members m, loans l WHERE l.member_no = m.no AND l.fee > 0",
                      "SELECT member.name, tool FROM loans WHERE fee > 0")
        self.comes_to("SELECT l.tool, m.name, k.name FROM loans l JOIN members m ON m.no = l.member_no "
                      "LEFT JOIN members k ON k.no = l.keeper",
                      "SELECT tool, member.name, keeper.name FROM loans")

    def test_the_key_that_leads_there_is_the_tables_own(self):
        self.comes_to(f"SELECT l.tool {JOINED} WHERE m.no = 1", "SELECT tool FROM loans WHERE member_no = 1")

    def test_group_rows(self):
        self.comes_to(f"SELECT m.town, count(*) AS n, sum(l.fee) {JOINED} GROUP BY m.town ORDER BY n DESC",
                      "SELECT member.town, count(*) AS n, sum(fee) FROM loans GROUP BY member.town ORDER BY n DESC")
        self.comes_to(f"SELECT m.name, count(*) {JOINED} GROUP BY m.no, m.name",
                      "SELECT member.name, count(*) FROM loans GROUP BY member.name")

    def test_lead_to_many_rows(self):
        self.comes_to("SELECT l.tool, count(f.fine_no) AS n FROM loans l LEFT JOIN fines f ON f.loan_no = l.loan_no "
                      "GROUP BY l.loan_no ORDER BY n DESC",
                      "SELECT tool, count(fines) FROM loans ORDER BY count(fines) DESC")
        self.comes_to("SELECT name FROM members WHERE no NOT IN (SELECT member_no FROM loans)",
                      "SELECT name FROM members WHERE count(loans) = 0")
        self.comes_to("SELECT name FROM members WHERE no NOT IN (SELECT keeper FROM loans WHERE keeper IS NOT NULL)",
                      "SELECT name FROM members WHERE count(loans_keeper) = 0")

        self.comes_to("SELECT m.name FROM members m WHERE NOT EXISTS (SELECT 1 FROM loans l WHERE l.member_no = m.no)",
                      "SELECT name FROM members WHERE count(loans) = 0")
        self.comes_to("SELECT m.name FROM members m WHERE EXISTS (SELECT 1 FROM loans WHERE m.no = keeper)",
                      "SELECT name FROM members WHERE count(loans_keeper) > 0")

    def test_what_the_grammar_has_not(self):
        for text, why in (
                (f"SELECT l.tool, m.secret {JOINED}", "a path that the grammar has not"),
                (f"SELECT max(m.name) {JOINED}", "total of a path"),
                ("SELECT m.name FROM members m JOIN hidden h ON h.member_no = m.no", "table"),
                ("SELECT f.fine_no, m.name FROM fines f JOIN loans l ON l.loan_no = f.loan_no JOIN members m "
                 "ON m.no = l.member_no", "tables that are further apart"),
                ("SELECT l.tool FROM loans l JOIN members m ON m.no = l.fee", "tables that are further apart"),
                ("SELECT name FROM members WHERE no NOT IN (SELECT member_no FROM loans WHERE fee > 1)", "not"),
                ("SELECT m.name FROM members m WHERE EXISTS (SELECT 1 FROM loans l WHERE l.fee = m.no)", "exists"),
                ("SELECT m.name FROM members m WHERE EXISTS (SELECT 1 FROM loans l WHERE l.member_no = m.no AND fee > 1)",
                 "exists")):
            with self.assertRaises(Cannot, msg=text) as found:
                shaped(text)
            self.assertEqual(str(found.exception), why)

    def test_changes_take_none(self):
        with self.assertRaises(Cannot) as found:
            Shaper(app_of(TOOLS)).shape(parse(
                "UPDATE members SET town = 'Leith' WHERE no NOT IN (SELECT member_no FROM loans)"))
        self.assertEqual(str(found.exception), "a path in a change")


class Sessions(unittest.TestCase):
    TURN = {"say": "what do people from leith have", "kind": "join",
            "show": f"SELECT l.tool, m.name {JOINED} WHERE m.town = 'Leith'"}

    def test_an_answer_shows_what_was_reached(self):
        app = app_of(TOOLS)
        found, dropped = compile.compile_event(app, app.database(), self.TURN)
        self.assertEqual(dropped, [])
        self.assertEqual(Writer().text(found[0]["answer"]["show"][0]["select"]),
                         "SELECT loan_no, member_no, keeper, tool, fee, member.name FROM loans WHERE member.town = 'Leith' "
                         "ORDER BY loan_no")

    def test_other_rows_are_found_out(self):
        app = app_of(TOOLS)
        _, dropped = compile.compile_event(app, app.database(), {
            "say": "loans and their keepers", "kind": "join",
            "show": "SELECT l.tool, m.name FROM loans l JOIN members m ON m.no = l.keeper"})
        self.assertEqual(dropped, [("join", "other rows")])        # a path keeps loans that nobody keeps

    def test_are_written_in_the_sessions_words_and_shown(self):
        entry, _ = bundle.compiled(dict(yaml.load(TOOLS, apps_check.Loader), events=[self.TURN]))
        play = Play(None, entry)
        play.world.app, play.world.idents = entry.app, {"member_no": "borrower_id", "town": "City", "loans": "lent"}
        play.world._linked()
        play.open()
        play.event(entry.events[0]["turns"])
        answer = next(json.loads(line.body) for line in play.lines if line.learn)
        self.assertEqual(answer["components"][0]["source"],
                         'SELECT loan_no, borrower_id, keeper, tool, fee, borrower.name FROM lent '
                         'WHERE borrower."City" = \'Leith\' ORDER BY loan_no')
        self.assertEqual(json.loads(play.lines[-1].body), {"lent": [[10, "belt sander", "Ada"], [12, "jigsaw", "Ada"]]})

    def test_the_model_is_told_where_queries_may_go_on(self):
        told = json.loads(preamble(app_of(TOOLS), World(), {}, [], {}))["tables"]
        self.assertEqual(told["loans"]["of"], {"member": "members", "keeper": "members"})
        self.assertEqual(told["loans"]["has"], {"fines": "fines"})
        self.assertEqual(told["members"]["has"], {"loans": "loans", "loans_keeper": "loans"})
        self.assertEqual([told["fines"]["of"], "has" in told["fines"]], [{"loan": "loans"}, False])
        self.assertNotIn("of", told["hidden"])        # which may not be read

    def test_tables_beside_are_linked_among_themselves(self):
        tools, other = app_of(TOOLS).tables, app_of(CATALOG)
        told = json.loads(preamble(other, World(), {}, [], {}, [tools["loans"], tools["fines"]]))["tables"]
        self.assertEqual(told["fines"]["of"], {"loan": "loans"})
        self.assertNotIn("of", told["loans"])


class Clicks(unittest.TestCase):
    def test_a_click_with_nothing_to_do_speaks_of_nothing(self):
        entry, _ = bundle.compiled(dict(yaml.load(TOOLS, apps_check.Loader), events=[
            {"click": {"user_action": "pay", "loan_no": 11}, "kind": "nothing to do", "refuse": "nothing_to_do"}]))
        self.assertEqual(len(entry.events[0]["turns"]), 1)


if __name__ == "__main__":
    unittest.main()
