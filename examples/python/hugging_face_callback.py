"""Hugging Face: Trainer(callbacks=[NeuralCollapse("collapse")]); `log` may be wandb.log."""

import neural_collapse as nc
from transformers import TrainerCallback


class NeuralCollapse(TrainerCallback):
    def __init__(self, folder, log=print):
        self.folder, self.log = folder, log

    def on_epoch_end(self, args, state, control, model=None, train_dataloader=None, **_):
        path = nc.export_statistics(model, f"{self.folder}/{round(state.epoch):03}.npz", train=train_dataloader)
        if state.is_world_process_zero:
            self.log({"epoch": state.epoch, **nc.measure(path, prefix="collapse/")})
