"""The best one-to-one assignment, exactly (S4.4).

The Hungarian method by shortest augmenting paths, O(n^3) on whole numbers, so that ties are ties.
Rows and columns that cannot meet are separated first: real remainders are tiny.
"""

from collections.abc import Iterator

Scores = dict[tuple[int, int], int]
_MOST_ROWS = 500


def assign(scores: Scores) -> dict[int, int]:
    """Return row -> column with the greatest sum of `scores`; only scored pairs are made.

    Equal sums prefer the lower columns, and then the order of the rows. Beyond 500 rows that all
    hang together pairs are taken greedily instead, best first.
    """
    chosen: dict[int, int] = {}
    for rows, columns in _components(scores):
        if max(len(rows), len(columns)) > _MOST_ROWS:
            chosen |= _greedy(scores, set(rows))
        else:
            chosen |= _solve(scores, rows, columns)
    return chosen


def _components(scores: Scores) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the rows and columns that hang together, each sorted."""
    by_row: dict[int, list[int]] = {}
    by_column: dict[int, list[int]] = {}
    for row, column in scores:
        by_row.setdefault(row, []).append(column)
        by_column.setdefault(column, []).append(row)
    left = set(by_row)
    for first in sorted(by_row):
        if first in left:
            rows, columns = _reach(first, by_row, by_column)
            left -= rows
            yield sorted(rows), sorted(columns)


def _reach(
    first: int, by_row: dict[int, list[int]], by_column: dict[int, list[int]]
) -> tuple[set[int], set[int]]:
    """Return the rows and columns that hang together with row `first`."""
    rows, columns, waiting = {first}, set[int](), [first]
    while waiting:
        fresh_columns = set(by_row[waiting.pop()]) - columns
        columns |= fresh_columns
        fresh = {row for column in fresh_columns for row in by_column[column]} - rows
        rows |= fresh
        waiting += fresh
    return rows, columns


def _greedy(scores: Scores, rows: set[int]) -> dict[int, int]:
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for (row, column), _ in sorted(scores.items(), key=lambda one: (-one[1], one[0][1], one[0][0])):
        if row in rows and row not in chosen and column not in taken:
            chosen[row] = column
            taken.add(column)
    return chosen


def _solve(scores: Scores, rows: list[int], columns: list[int]) -> dict[int, int]:
    """Solve one component. Each row also gets a column of its own that means "no partner"."""
    costs = _costs(scores, rows, columns)
    prices = _Prices(costs, len(rows), len(columns) + len(rows))
    for row in range(len(rows)):
        prices.place(row + 1)
    pairs = zip(prices.holder[1 : len(columns) + 1], columns, strict=True)
    return {rows[row - 1]: column for row, column in pairs if row}


def _costs(scores: Scores, rows: list[int], columns: list[int]) -> list[list[int]]:
    """Turn scores into costs; a tilt far below any score settles ties.

    The tilt counts the columns used first, then rewards rows and columns in the same order.
    """
    height, width = len(rows), len(columns)
    step = height * width * height + 1
    scale = step * width * height + 1
    costs = []
    for i, row in enumerate(rows):
        line = [1] * (width + height)
        for j, column in enumerate(columns):
            score = scores.get((row, column))
            if score is not None:
                line[j] = -(score * scale) + j * step - i * j
        line[width:] = [0] * height
        costs.append(line)
    return costs


class _Prices:
    """The state of the method: prices of rows and columns, and which row holds each column.

    Rows and columns count from 1; column 0 stands for the row that is looking for its place.
    """

    def __init__(self, costs: list[list[int]], height: int, width: int) -> None:
        self.costs, self.width = costs, width
        self.rows, self.columns = [0] * (height + 1), [0] * (width + 1)
        self.holder, self.way = [0] * (width + 1), [0] * (width + 1)

    def place(self, row: int) -> None:
        """Find the row its place by the cheapest path of moves, and make the moves."""
        self.holder[0] = row
        reach: list[int | None] = [None] * (self.width + 1)
        visited, free, column = [0], list(range(1, self.width + 1)), 0
        while self.holder[column]:
            column = self._nearest(column, free, reach)
            self._reprice(reach[column] or 0, visited, free, reach)
            free.remove(column)
            visited.append(column)
        while column:
            before = self.way[column]
            self.holder[column] = self.holder[before]
            column = before

    def _nearest(self, column: int, free: list[int], reach: list[int | None]) -> int:
        row, best, least = self.holder[column], 0, None
        line, price = self.costs[row - 1], self.rows[row]
        for j in free:
            cost, known = line[j - 1] - price - self.columns[j], reach[j]
            if known is None or cost < known:
                reach[j], self.way[j] = cost, column
                known = cost
            if least is None or known < least:
                best, least = j, known
        return best

    def _reprice(
        self, by: int, visited: list[int], free: list[int], reach: list[int | None]
    ) -> None:
        for j in visited:
            self.rows[self.holder[j]] += by
            self.columns[j] -= by
        for j in free:
            reach[j] = (reach[j] or 0) - by
