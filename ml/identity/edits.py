"""How many slips of the keyboard lie between two words. Pure."""


def edit_distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two texts; `limit` + 1 for more than that.

    What the texts share at either end is taken off first; of the rest only the band of `limit` around the diagonal is
    computed.
    """
    start, stop = 0, min(len(left), len(right))
    while start < stop and left[start] == right[start]:
        start += 1
    end = 0
    while end < stop - start and left[-1 - end] == right[-1 - end]:
        end += 1
    left, right = left[start : len(left) - end], right[start : len(right) - end]
    if not left or not right:
        return min(len(left) + len(right), limit + 1)
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    return _banded(left, right, limit)


def _banded(left: str, right: str, limit: int) -> int:
    beyond = limit + 1
    before: dict[int, int] = {}
    last = {column: column for column in range(min(len(right), limit) + 1)}
    for row in range(1, len(left) + 1):
        current: dict[int, int] = {}
        for column in range(max(0, row - limit), min(len(right), row + limit) + 1):
            best = min(last.get(column, beyond), current.get(column - 1, beyond)) + 1
            if column == 0:
                best = row
            else:
                same = left[row - 1] == right[column - 1]
                best = min(best, last.get(column - 1, beyond) + (not same))
                if row > 1 < column and left[row - 2 : row] == right[column - 2 : column][::-1]:
                    best = min(best, before.get(column - 2, beyond) + 1)
            current[column] = min(best, beyond)
        if min(current.values()) > limit:
            return beyond
        before, last = last, current
    return last[len(right)]
