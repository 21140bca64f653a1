"""Holds a model folder against transformers' GraniteMoeHybridForCausalLM, float32.

    python3 training/parity.py model FOLDER                     the training model, on random texts
    python3 training/parity.py sessions STORE.db… > S.json      what a model has read in the sessions of SQLite stores
    python3 training/parity.py reference FOLDER S.json OUT      transformers' logits on them, under the runtime's mask
    python3 training/parity.py runtime FOLDER S.json OUT        `state-runtime model logits` against those

`model` and `reference` need PyTorch and transformers, the others Python alone. Differences are relative to the
spread of the logits; the exit status is 1 above 1e-3.
"""
import argparse
import array
import json
import sqlite3
import statistics
import subprocess
import sys
from pathlib import Path

MOST = 1e-3
POSITIONS = 32     # of a session, and its last, at which all logits are kept


def model_on_random_texts(folder, length=512, batch=2):
    import torch
    from transformers import AutoModelForCausalLM

    import export
    from model import dense_mask
    torch.backends.cuda.matmul.allow_tf32 = False
    device = "cuda" if torch.cuda.is_available() else "cpu"
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    ours = export.load(folder).to(device).eval()
    torch.manual_seed(3)
    ids = torch.randint(7, ours.config.vocabulary, (batch, length), device=device)
    pinned = torch.full((batch,), 10, device=device)
    with torch.no_grad():
        expected = theirs(ids).logits
        actual = ours(ids, dense_mask(length, pinned, ours.config.window, device))
    return ((expected - actual).abs().max() / expected.std()).item()


def unpacked(data):
    """Token ids as the stores keep them: seven bits a byte, the last byte of each below 128."""
    out, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            out.append(value)
            value = shift = 0
    return out


def sessions_of(store):
    """[{"pinned": tokens of the preamble, "ids": […]}]: each session up to its first fresh sequence."""
    found, rebased = {}, set()
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    for place, kind, tokens in database.execute("SELECT id, kind, tokens FROM sr_log ORDER BY id"):
        number = place >> 32
        if kind == "rebase":
            rebased.add(number)
        if number in rebased or not tokens:
            continue
        ids = unpacked(tokens)
        found.setdefault(number, {"pinned": len(ids), "ids": []})["ids"] += ids
    database.close()
    return list(found.values())


def spread_over(length):
    return sorted({round(i * (length - 1) / POSITIONS) for i in range(POSITIONS + 1)})


def reference(folder, sessions, out, window):
    import torch
    from transformers import AutoModelForCausalLM

    from model import dense_mask
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32,
                                                 attn_implementation="eager").to(device).eval()
    mask = None

    def masked(module, args, kwargs):
        if "attention_mask" not in kwargs:
            raise SystemExit("this version of transformers hands attention no mask that could be replaced")
        return args, dict(kwargs, attention_mask=mask)

    for name, module in model.named_modules():
        if name.endswith(".self_attn"):
            module.register_forward_pre_hook(masked, with_kwargs=True)
    out.mkdir(parents=True, exist_ok=True)
    told = []
    with (out / "logits.f32").open("wb") as file, torch.no_grad():
        for session in sessions:
            ids = torch.tensor([session["ids"]], device=device)
            pinned = torch.tensor([session["pinned"]], device=device)
            seen = dense_mask(ids.shape[1], pinned, window, device)[:, None]
            mask = torch.zeros(seen.shape, device=device).masked_fill(~seen, torch.finfo(torch.float32).min)
            logits = model(ids, use_cache=False).logits[0].float()
            at = spread_over(len(session["ids"]))
            file.write(logits[at].cpu().numpy().astype("<f4").tobytes())
            told.append({"at": at, "best": logits.argmax(-1).tolist()})
    (out / "reference.json").write_text(json.dumps({"window": window, "sessions": told}))


def rows_of_runtime(program, folder, weights, session, window):
    """The logits of `state-runtime model logits`, a list a token."""
    command = [program, "model", "logits", folder, "--weights", weights, "--ids",
               ",".join(map(str, session["ids"])), "--window", str(window), "--pinned", str(session["pinned"])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()      # {"ids":…,"logits":[
        for line in process.stdout:
            yield json.loads(line.strip().removesuffix(",").removesuffix("]}"))
    if process.returncode:
        raise SystemExit(f"{program} model logits ended with status {process.returncode}")


def runtime(program, folder, sessions, out, weights):
    """(largest difference, tokens, those whose likeliest next token is the same)"""
    told = json.loads((out / "reference.json").read_text())
    kept = array.array("f", (out / "logits.f32").read_bytes())
    if sys.byteorder == "big":
        kept.byteswap()
    width = len(kept) // sum(len(s["at"]) for s in told["sessions"])
    spread, row, largest, tokens, same = statistics.pstdev(kept[::max(1, len(kept) // 400_000)]), 0, 0.0, 0, 0
    for session, reference_ in zip(sessions, told["sessions"], strict=True):
        at = set(reference_["at"])
        count = 0
        for place, logits in enumerate(rows_of_runtime(program, folder, weights, session, told["window"])):
            same += logits.index(max(logits)) == reference_["best"][place]
            count += 1
            if place in at:
                expected = kept[row * width:(row + 1) * width]
                largest = max(largest, max(abs(a - b) for a, b in zip(logits, expected, strict=True)))
                row += 1
        if count != len(session["ids"]):
            raise SystemExit(f"{count} rows of logits for {len(session['ids'])} tokens")
        tokens += count
    return largest / spread, tokens, same


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = arguments.add_subparsers(dest="what", required=True)
    one = what.add_parser("model")
    one.add_argument("folder")
    one = what.add_parser("sessions")
    one.add_argument("stores", nargs="+")
    one = what.add_parser("reference")
    one.add_argument("folder")
    one.add_argument("sessions", type=Path)
    one.add_argument("out", type=Path)
    one.add_argument("--window", type=int, default=2048, help="attention_window of the deployment")
    one = what.add_parser("runtime")
    one.add_argument("folder")
    one.add_argument("sessions", type=Path)
    one.add_argument("out", type=Path, help="what `reference` wrote")
    one.add_argument("--program", default="build/release/state-runtime")
    one.add_argument("--weights", default="f32", help="what matrices are held in")
    options = arguments.parse_args()
    if options.what == "sessions":
        print(json.dumps([s for store in options.stores for s in sessions_of(store)]))
        return
    if options.what == "reference":
        reference(options.folder, json.loads(options.sessions.read_text()), options.out, options.window)
        return
    if options.what == "model":
        largest = model_on_random_texts(options.folder)
    else:
        sessions = json.loads(options.sessions.read_text())
        largest, tokens, same = runtime(options.program, options.folder, sessions, options.out, options.weights)
        print(f"{len(sessions)} sessions, {tokens} tokens: the likeliest next token is the same behind {same} "
              f"({100 * same / tokens:.3f} %)")
    print(f"largest difference, relative to the spread of the logits: {largest:.2e}")
    sys.exit(largest > MOST)


if __name__ == "__main__":
    main()
