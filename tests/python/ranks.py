"""Statistics over two ranks, one of which lacks a class: argument: the folder for the files."""

import os
import sys
from pathlib import Path

import loop_network
import neural_collapse as nc
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.nn.parallel import DistributedDataParallel


def rank_of(rank, folder):
    dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=2)
    model = DistributedDataParallel(loop_network.network())
    train, test, ood = loop_network.unequal_parts()[rank]
    nc.export_statistics(model, f"{folder}/ranks.npz", train=train, test=test, ood=ood, decisions=True)
    values = nc.measure(f"{folder}/ranks.npz") if rank == 0 else nc.measure(f"{folder}/none.npz")
    assert bool(values) == (rank == 0)
    try:
        nc.export_features(model, f"{folder}/features.npz", train=train)
        assert rank == 0
    except RuntimeError as error:
        assert rank == 1 and "rank 0 alone" in str(error), error
    dist.barrier()
    dist.destroy_process_group()
    # DistributedDataParallel keeps the group, and so Gloo's threads, beyond this; an interpreter that is torn down
    # under them can end in "terminate called without an active exception" (pytorch/pytorch#190489).
    os._exit(0)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    parts = loop_network.unequal_parts()
    whole = [[*a, *b] for a, b in zip(*parts)]
    splits = dict(zip(("train", "test", "ood"), whole))
    nc.export_statistics(loop_network.network(), folder / "whole.npz", decisions=True, **splits)
    nc.export_features(loop_network.network(), folder / "samples.npz", **splits)
    mp.spawn(rank_of, args=(folder,), nprocs=2)
