"""Trains ChexGen's diffusion transformer and its control branch with PyTorch.

`audit train` prepares the data and starts `python -m chexgen_trainer.train`; see `train.py`.
"""
