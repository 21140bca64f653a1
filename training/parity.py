"""Holds the training model and transformers' GraniteMoeHybridForCausalLM against each other.

    python3 training/parity.py FOLDER            logits of both on random texts, float32

Prints the largest difference relative to the spread of the logits; exits 1 above 1e-3.
"""
import sys

import torch

import export
from model import dense_mask


def difference(folder, length=512, batch=2, device="cpu"):
    from transformers import AutoModelForCausalLM
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    ours = export.load(folder).to(device).eval()
    torch.manual_seed(3)
    ids = torch.randint(7, ours.config.vocabulary, (batch, length), device=device)
    pinned = torch.full((batch,), 10, device=device)
    with torch.no_grad():
        expected = theirs(ids).logits
        actual = ours(ids, dense_mask(length, pinned, ours.config.window, device))
    return ((expected - actual).abs().max() / expected.std()).item()


def main():
    torch.backends.cuda.matmul.allow_tf32 = False
    found = difference(sys.argv[1], device="cuda" if torch.cuda.is_available() else "cpu")
    print(f"largest difference, relative to the spread of the logits: {found:.2e}")
    sys.exit(found > 1e-3)


if __name__ == "__main__":
    main()
