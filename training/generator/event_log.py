"""The text that a model reads: docs/event-log.md, version 3. Held to tests/cases/event_log/golden.*."""
import json

TAGS = ("app", "event", "emit", "result", "shown", "refused")


def special(tag):
    return f"<|{tag}|>"


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tag_and_body(kind, body):
    """(tag, body) of one entry, or None for kinds that no model reads. `body` is JSON text."""
    if kind in ("app", "result", "shown"):
        return kind, body
    if kind == "mentions":
        return "shown", body
    if kind == "event":
        event = json.loads(body)
        return None if event["kind"] == "window" else ("event", compact(event["payload"]))
    if kind in ("action", "manifest", "patch"):
        return "emit", body
    if kind == "refusal":
        return ("emit" if body.startswith('{"kind":"refuse"') else "refused"), body
    return None


def line(tag, body, special_tags):
    return (special(tag) if special_tags else tag + " ") + body + "\n"
