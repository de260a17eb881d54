"""A plain loop that measures after each epoch; `log` may be wandb.log, or write a row of a table."""

import neural_collapse as nc
from torch.nn.functional import cross_entropy


def fit(model, optimizer, train_loader, test_loader, epochs, folder, log=print):
    for epoch in range(1, epochs + 1):
        for inputs, labels in train_loader:
            optimizer.zero_grad()
            cross_entropy(model(inputs), labels).backward()
            optimizer.step()
        path = nc.export_features(model, f"{folder}/{epoch:03}.npz", train=train_loader, test=test_loader)
        log({"epoch": epoch, **nc.measure(path, prefix="collapse/")})
