"""Lightning: Trainer(callbacks=[NeuralCollapse("collapse")]) logs the metrics of each epoch, on any number of GPUs."""

import lightning
import neural_collapse as nc


class NeuralCollapse(lightning.Callback):
    def __init__(self, folder):
        self.folder = folder

    def on_train_epoch_end(self, trainer, module):
        path = f"{self.folder}/{trainer.current_epoch + 1:03}.npz"
        nc.export_statistics(module, path, train=trainer.train_dataloader, test=trainer.val_dataloaders)
        if trainer.is_global_zero:
            module.log_dict(nc.measure(path, prefix="collapse/"), rank_zero_only=True)
