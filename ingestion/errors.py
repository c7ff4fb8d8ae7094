"""What can go wrong while landing, besides the conversation with the source (`connections.ConnectionFailure`)."""

from __future__ import annotations


class LoadFailure(Exception):  # noqa: N818 - named by what happened, as the tree of `connections`
    """The rows could not be landed; the text is one line with the source, what happened and the remedy."""

    def __init__(self, source: str, problem: str, remedy: str) -> None:
        super().__init__(f"{source}: {' '.join(problem.split()).rstrip('. ')}. {remedy.rstrip('. ')}.")
        self.source = source
        self.remedy = remedy
