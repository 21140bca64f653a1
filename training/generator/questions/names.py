"""What tables and columns of questions are called in a schema."""
import re

from .. import sql
from ..people.said import words_of

# Columns whose values tell by themselves what they are.
LIKELY = re.compile(r"^(?:player|name|team|club|country|nation|city|opponent|title|episode|driver|artist|year|season|date|location|"
                    r"venue|school|college|state|district|incumbent|party|athlete|rider|winner|director|county|home team|"
                    r"away team|visitor|home|stadium|candidate|candidates|nationality|tournament|original air date|film|song|"
                    r"actor|constructor|manufacturer|circuit|institution)$")
SAME = {"who": "person", "when": "date", "where": "location", "won": "win", "winner": "win", "winning": "win", "lost": "loss",
        "losses": "loss", "losing": "loss", "lose": "loss", "wins": "win", "drawn": "draw", "tied": "tie", "directed": "direct",
        "director": "direct", "written": "write", "wrote": "write", "writer": "write", "writing": "write", "built": "build",
        "builder": "build", "founded": "found", "aired": "air", "located": "location", "played": "play", "people": "population",
        "children": "child", "men": "man", "women": "woman", "no": "number", "no.": "number", "num": "number", "#": "number",
        "pct": "percent", "percentage": "percent", "tall": "height", "years": "year", "crowd": "attendance",
        "attended": "attendance", "viewers": "viewer", "attend": "attendance", "spectators": "attendance", "ranked": "rank",
        "ranking": "rank", "picked": "pick", "drafted": "draft", "elected": "elect", "opened": "open", "scored": "score"}
STOP = set("of the in for to and a at by s on as with per from is".split())


def stem(word):
    if word in SAME:
        return SAME[word]
    for end in ("ies", "es", "s", "ing", "ed"):
        if word.endswith(end) and len(word) - len(end) > 2:
            word = word[:-len(end)] + ("y" if end == "ies" else "")
            break
    return word.rstrip("e") if len(word) > 3 else word


def stems_of(column):
    return {stem(w) for w in words_of(re.sub(r"#", " no ", column.lower())) if w not in STOP}


def plural(word):
    if word.endswith(("s", "x", "ch", "sh")):
        return word if word.endswith("s") else word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else word + "s"


def singular(word):
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("ies") and not word.endswith("series"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "series", "prix")) else word


# --- columns ---

SHORT = {"number": "no", "position": "pos", "attendance": "att", "points": "pts", "average": "avg", "location": "loc",
         "percentage": "pct", "tournament": "tourn", "opponent": "opp", "country": "ctry", "nationality": "nat", "title": "ttl",
         "season": "seas", "team": "tm", "department": "dept", "original": "orig", "production": "prod", "district": "dist",
         "population": "pop", "manufacturer": "mfr", "score": "scr", "record": "rec", "school": "sch", "description": "descr"}
UNQUOTED = sql.SQLITE_WORDS - sql.KEYWORDS     # which SQLite would not read as a name
STYLES = ((66, "snake"), (9, "camel"), (7, "short"), (7, "upper"), (6, "pascal"), (5, "spoken"))


def column_words(column, units=False):
    """Words of a name, as a schema would have them."""
    text = column.lower().replace("–", "-").replace("—", "-")
    text = re.sub(r"#", " no ", text)
    text = re.sub(r"%", " pct ", text).replace("&", " and ").replace("+", " plus ")
    text = re.sub(r"[.'’`]", "", text)
    bare = re.sub(r"\([^)]*\)", " ", text)
    if re.search(r"[a-z0-9]", bare) and not units:
        text = bare
    parts = re.findall(r"[a-z0-9]+", text)
    if len(parts) > 4:
        parts = [p for p in parts if p not in STOP or p == parts[0]][:4]
    if not parts or sum(map(len, parts)) > 26 and len(parts) > 1:
        parts = parts[:3]
    return parts


def styled(parts, style):
    if parts and parts[0][:1].isdigit():
        parts = [("year_" if re.fullmatch(r"(?:19|20)\d\d", parts[0]) else "n") + parts[0]] + parts[1:]
        parts = [q for p in parts for q in p.split("_")]
    if style == "short":
        return "_".join(SHORT.get(p, p) for p in parts)
    if style == "camel":
        return parts[0] + "".join(p.capitalize() for p in parts[1:])
    if style == "pascal":
        return "".join(p.capitalize() for p in parts)
    if style == "spoken":
        return " ".join(p.capitalize() for p in parts)
    return "_".join(parts).upper() if style == "upper" else "_".join(parts)


def column_names(columns, style, rng):
    """{column: its name}; None when two would be called alike."""
    out, taken = {}, set()
    for column in columns:
        tries = [column_words(column, rng.random() < 0.3), column_words(column, True), column_words(column)]
        tries += [p + ["value"] for p in tries[:1]]
        name = next((n for n in (styled(p, style) for p in tries if p)
                     if n.lower() not in taken | UNQUOTED and len(n) < 32), None)
        if name is None:
            return None
        taken.add(name.lower())
        out[column] = name
    return out


# --- tables ---

# What rows are, by the columns that they have: (columns of which so many stand there, their nouns).
NOUNS = (
    (2, "written by|directed by|original air date|production code|no. in series|no. in season|u.s. viewers (millions)|episode|"
        "air date|no. overall|viewers (millions)", "episodes tv_episodes episode_list"),
    (2, "home team|away team|crowd|home team score|away team score|tie no", "matches fixtures match_results games"),
    (2, "driver|constructor|laps|grid|time/retired|team|points|entrant|chassis", "race_results finishers grid_results race_entries"),
    (1, "pole position|fastest lap|winning driver|circuit|winning constructor|grand prix|winning team", "races grands_prix rounds_of_racing"),
    (2, "rider|laps|grid|time/retired|manufacturer|horse|jockey", "rider_results riders motorcycle_results"),
    (2, "incumbent|district|party|first elected|candidates|elected|congress", "house_seats races_for_congress incumbents elections"),
    (2, "pick|pick #|college|nhl team|cfl team|college/junior/club team|overall|round|player|position", "draft_picks draft picks"),
    (2, "to par|place|player|score|money ( $ )|country|year(s) won|finish", "leaderboard golf_scores tournament_scores"),
    (2, "gold|silver|bronze|nation|total|rank", "medals medal_table medal_counts"),
    (2, "method|opponent|round|time|event|res.", "fights bouts fight_record"),
    (2, "surface|opponent|partner|opponent in the final|opponents in the final|outcome|championship|tournament|score in the final",
     "finals tennis_finals title_matches"),
    (1, "high points|high rebounds|high assists|location attendance", "game_log games season_games"),
    (2, "visitor|home|decision|leading scorer|attendance|record|opponent|loss|score|game|week|result|tv time|game site|kickoff",
     "games schedule season_games game_results"),
    (1, "frequency mhz|call sign|city of license|erp w|fcc info|frequency|callsign", "stations radio_stations broadcasters"),
    (1, "enrollment|mascot|nickname|institution|primary conference|ihsaa class|school", "schools colleges institutions"),
    (1, "population|area (km 2 )|area|population density|municipality|census|county seat|township", "places towns municipalities regions"),
    (2, "artist|label|catalog|format|title|song|album|chart|peak|single", "releases albums songs singles"),
    (1, "film title used in nomination|original title|film|director|film name|studio", "films movies film_entries"),
    (1, "locomotive|wheel arrangement|fuel propulsion|powertrain (engine/transmission)|fleet series (quantity)|boiler|chassis|engine",
     "vehicles fleet engines"),
    (1, "iata|icao|airport", "airports"), (1, "aircraft|tail number|airline", "aircraft planes"),
    (1, "stadium|capacity|arena", "grounds stadiums venues"),
    (2, "played|drawn|lost|points for|points against|tries for|try bonus|club|wins|losses|draws|goals for|goals against|against|ballarat fl|"
        "points|difference|position", "standings league_table ladder table_of_clubs"),
    (1, "name of ship|ship|ship type|tonnage|tonnage (grt)|class|launched|flag|laid down", "ships vessels fleet_list"),
    (1, "athlete|lane|heat|reaction|nationality|mark", "athletes heats race_times"),
    (2, "player|position|school/club team|years for jazz|no.|height|nationality|goals|caps", "players roster squad"),
    (1, "award|nominated work|category|nominee|ceremony|recipient", "awards nominations prizes"),
    (1, "building|floors|height (m)|height m ( ft )|structure", "buildings towers"),
    (1, "mountain|peak|elevation (m)|elevation|prominence", "mountains peaks summits"),
    (1, "rank|city|nation|country", "rankings"),
    (1, "language|dialect", "languages"), (1, "election|candidate|votes|% of votes", "election_results elections votes"),
    (1, "player", "players"), (1, "team", "teams results"), (1, "season", "seasons season_records"), (1, "year", "years yearly_results"),
    (1, "date", "events schedule_of_events"))
NOUNS = tuple((least, set(columns.split("|")), nouns.split()) for least, columns, nouns in NOUNS)
GENERIC = set("date year score result record time no number rank points position notes type class total place round location"
              " attendance week status name title format method outcome wins losses pick overall".split())


def table_nouns(columns, typed):
    """Likely names of the table, best first. `typed`: {column: "text", …}."""
    low = {c.lower() for c in columns}
    scored = []
    for order, (least, known, nouns) in enumerate(NOUNS):
        count = len(low & known)
        if count >= least:
            scored.append((-count - (least > 1), order, nouns))
    out = [n for _, _, nouns in sorted(scored)[:3] for n in nouns]
    for column in columns:
        parts = column_words(column)
        if typed.get(column) == "text" and parts and parts[-1] not in GENERIC and parts[-1].isalpha() and len(parts) < 3:
            out.append(plural("_".join(parts)))
    return list(dict.fromkeys(out + ["results", "entries", "listing", "items", "details", "archive", "overview"]))


def names_rows(column):
    """Whether its values could tell rows apart: of names."""
    return bool(re.fullmatch(r"(?:player|name|team|club|title|driver|school|institution|station|aircraft|model|building|ship)", column))
