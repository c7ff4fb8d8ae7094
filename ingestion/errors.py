"""What can go wrong while landing, besides the conversation with the source (`connections.ConnectionFailure`)."""

from __future__ import annotations


class LoadFailure(Exception):  # noqa: N818 - named by what happened, as the tree of `connections`
    """The rows could not be landed; the text is one line with the source, what happened and the remedy."""

    def __init__(self, source: str, problem: str, remedy: str) -> None:
        super().__init__(f"{source}: {' '.join(problem.split()).rstrip('. ')}. {remedy.rstrip('. ')}.")
        self.source = source
        self.remedy = remedy


# What code that reads an answer runs into when the answer is not what the source documents.
UNREADABLE = (ValueError, TypeError, LookupError)


def unreadable(source: str, what: str, error: Exception) -> LoadFailure:
    """The failure for an answer that could not be read; `what` was being read when it came."""
    problem = f"{what} sent something that is not as documented ({type(error).__name__}: {str(error)[:200]})"
    return LoadFailure(source, problem, "Run again; if it stays so, tell the vendor or turn the source off")
