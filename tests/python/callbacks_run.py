"""Runs the callbacks of the examples for two epochs each: argument: the folder for their files."""

import json
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import hugging_face_callback  # noqa: E402
import lightning  # noqa: E402
import lightning_callback  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from loop_network import network, samples  # noqa: E402
from torch import nn  # noqa: E402

folder = sys.argv[1]
inputs, labels = samples(120, 1)
data = torch.utils.data.TensorDataset(inputs, labels)


class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.model = network()
        self.logged = []

    def forward(self, x):
        return self.model(x)

    def training_step(self, batch, _):
        return nn.functional.cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.05)

    def on_train_epoch_end(self):
        self.logged.append({name: float(value) for name, value in self.trainer.callback_metrics.items()})


class ForTrainer(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = network()

    def forward(self, x, labels):
        logits = self.model(x)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


def fit_lightning():
    module = Module()
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
    callbacks = [lightning_callback.NeuralCollapse(f"{folder}/lightning")]
    trainer = lightning.Trainer(max_epochs=2, accelerator="cpu", callbacks=callbacks, **quiet)
    loader = torch.utils.data.DataLoader(data, 32, shuffle=True)
    trainer.fit(module, loader, torch.utils.data.DataLoader(data, 32))
    return {name: float(value) for name, value in trainer.callback_metrics.items()}


def fit_hugging_face():
    rows = []
    arguments = transformers.TrainingArguments(
        f"{folder}/trainer", num_train_epochs=2, per_device_train_batch_size=32, use_cpu=True, report_to=[],
        save_strategy="no", disable_tqdm=True, logging_strategy="no",
    )
    rows_of = hugging_face_callback.NeuralCollapse(f"{folder}/hugging_face", rows.append)
    dataset = [{"x": x, "labels": y} for x, y in data]
    transformers.Trainer(ForTrainer(), arguments, train_dataset=dataset, callbacks=[rows_of]).train()
    return rows


json.dump({"lightning": fit_lightning(), "hugging_face": fit_hugging_face()}, open(f"{folder}/found.json", "w"))
