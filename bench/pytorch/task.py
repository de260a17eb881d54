"""What every task of the PyTorch side has in common."""


class Task:
    """Made once, untimed. `repeat(amount)` is timed and returns the units of work it did."""

    def ready(self):
        """Called before the clock starts."""

    def done(self):
        """Called after the clock stopped; nothing may go on running afterwards. Returns more for the answer."""
        return {}
