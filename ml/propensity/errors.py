"""What stops a training or a scoring before it starts. Too little history is no error: the model abstains."""


class PropensityError(Exception):
    """The tables given cannot be used; the message names the table, the column and the remedy."""
