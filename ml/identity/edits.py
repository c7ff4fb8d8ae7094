"""How many slips of the keyboard lie between two words. Pure."""


def edit_distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two texts; `limit` + 1 for more than that.

    Only the band of `limit` around the diagonal is computed, so that the cost grows with the length alone.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
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
