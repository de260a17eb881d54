"""A PyTorch contender: reads commands as lines of JSON from stdin, answers each with a line of JSON on stdout.

{"command": "prepare", "task": ..., "threads": ..., "device": ..., ...} -> {"versions": {...}}
{"command": "repeat", "amount": n} -> {"seconds": s, "units": u, ...}
Between commands it waits for input and uses no processor.
"""

import json
import sys
import time

import torch
from collapse import Collapse
from extraction import Extraction
from product import ConvolutionProduct, MatrixProduct
from training import InMemory, Loader

TASKS = {
    "train": {
        "plain": InMemory,
        "tuned": lambda job: InMemory(job, tuned=True),
        "autocast": lambda job: InMemory(job, tuned=True, autocast=True),
        "loader": Loader,
    },
    "extract": {"plain": Extraction},
    "measure": {"covariances": Collapse},
    "product": {"matrix": MatrixProduct, "convolution": ConvolutionProduct},
}


def prepare(job):
    torch.set_num_threads(job["threads"])
    return TASKS[job["task"]][job["variant"]](job)


def repeat(task, amount, synchronize):
    task.ready()
    synchronize()
    started = time.perf_counter()
    result = task.repeat(amount)
    synchronize()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, **result, **task.done()}


def versions():
    return {"python": sys.version.split()[0], "torch": torch.__version__}


def main():
    task, synchronize = None, None
    for line in sys.stdin:
        message = json.loads(line)
        if message["command"] == "prepare":
            task = prepare(message)
            synchronize = torch.cuda.synchronize if message["device"].startswith("cuda") else lambda: None
            answer = {"versions": versions()}
        else:
            answer = repeat(task, message["amount"], synchronize)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
