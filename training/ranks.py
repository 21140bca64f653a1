"""Training on several GPUs of one machine: a process each, the same weights in all, other data.

After the backward pass gradients are averaged in one go; every now and then all take the weights and the
clock of the first, so that rounding and clocks cannot drive them apart. One GPU needs none of it.
"""
import socket

import torch
import torch.distributed as dist


class Ranks:
    def __init__(self, rank=0, count=1, port=0, device="cuda"):
        self.rank, self.count, self.device = rank, count, device
        if device == "cuda":
            torch.cuda.set_device(rank)
        if count > 1:
            dist.init_process_group("nccl" if device == "cuda" else "gloo", rank=rank, world_size=count,
                                    init_method=f"tcp://127.0.0.1:{port}")

    @property
    def first(self):
        return self.rank == 0

    @torch.no_grad()
    def average_gradients(self, parameters):
        if self.count == 1:
            return
        gradients = [p.grad for p in parameters]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        flat /= self.count
        for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients])):
            gradient.copy_(part.view_as(gradient))

    @torch.no_grad()
    def take_weights_of_first(self, parameters):
        if self.count == 1:
            return
        parameters = list(parameters)
        flat = torch.cat([p.flatten() for p in parameters])
        dist.broadcast(flat, 0)
        for p, part in zip(parameters, flat.split([p.numel() for p in parameters])):
            p.copy_(part.view_as(p))

    def number_of_first(self, number):
        if self.count == 1:
            return number
        told = torch.tensor([number], dtype=torch.float64, device=self.device)
        dist.broadcast(told, 0)
        return float(told)

    def close(self):
        if self.count > 1:
            dist.barrier()
            dist.destroy_process_group()


def _start(rank, work, count, port, device, rest):
    ranks = Ranks(rank, count, port, device)
    work(ranks, *rest)
    ranks.close()


def run(work, count, *rest, device="cuda"):
    """work(ranks, *rest) in `count` processes; in this one if one is enough."""
    if count == 1:
        work(Ranks(device=device), *rest)
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    torch.multiprocessing.spawn(_start, (work, count, port, device, rest), count)
