"""What measuring costs a PyTorch loop: passes of evaluation over images in memory, plain and with an export.

Arguments: contenders, separated by commas, which take turns; turns; images; threads. Prints, as JSON, the seconds of each
turn by contender, by the clock and of the processor, and the peak memory of this process in bytes.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
import neural_collapse as nc  # noqa: E402
from resnet import resnet  # noqa: E402

contenders, turns, images, threads = sys.argv[1].split(","), *map(int, sys.argv[2:])
torch.set_num_threads(threads)
torch.manual_seed(1)
model = resnet("resnet18", 3, 10, "stock")
pixels, labels = torch.randn(images, 3, 32, 32), torch.arange(images) % 10
loader = list(zip(pixels.split(128), labels.split(128)))


def plain(_):
    model.eval()
    with torch.no_grad():
        return sum(int((model(x).argmax(1) == y).sum()) for x, y in loader)


def features(folder):
    nc.export_features(model, f"{folder}/features.npz", train=loader)


def statistics(folder):
    nc.export_statistics(model, f"{folder}/statistics.npz", train=loader)


seconds = {name: [] for name in contenders}
processor = {name: [] for name in contenders}
with tempfile.TemporaryDirectory() as folder:
    for turn in range(turns + 1):
        for name in contenders:
            started = time.perf_counter(), time.process_time()
            globals()[name](folder)
            # The first turn warms up.
            if turn > 0:
                seconds[name].append(time.perf_counter() - started[0])
                processor[name].append(time.process_time() - started[1])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "processorSeconds": processor, "peakBytes": peak}))
