"""Any value of the grid leads to its origin, whatever its document is written in (N16)."""

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

SAMPLES = Path(__file__).resolve().parents[4] / "samples"


def cells(page: str) -> list[tuple[str, str, bool]]:
    """Return each value of the grid: its column, its text, and whether it leads somewhere."""
    body = page.partition('<table class="grid"')[2].partition("</tbody>")[0]
    found = []
    for column, cell in re.findall(r'data-column="(\w+)">(.*?)</td>', body, flags=re.DOTALL):
        if column == "Difference":
            continue
        for kind, inner in re.findall(r'<span class="value([^"]*)">(.*?)</span>', cell):
            text = re.sub(r"<[^>]+>", "", inner).strip()
            if text and "gap" not in kind:
                found.append((column, text, "<a href=" in inner))
    return found


@pytest.mark.parametrize(
    ("story", "number", "formats"),
    [
        ("03-", "88207", {"X12"}),
        ("07-", "KMW-3318", {"PDF"}),
        ("17-", None, {"UBL", "CII"}),
        ("18-", None, {"EDIFACT"}),
        ("20-", None, {"UBL", "CII", "cXML"}),
    ],
)
async def test_every_value_leads_to_its_origin(
    client: TestClient, workspace: Any, story: str, number: str | None, formats: set[str]
) -> None:
    folder = next(one for one in SAMPLES.iterdir() if one.name.startswith(story))
    workspace.take_in(
        [path for path in sorted(folder.glob("*/*")) if not path.name.endswith(".expected.json")]
    )
    with workspace.store.read() as connection:
        query = (
            "SELECT r.record_id FROM reconciliation r JOIN record ON record.id = r.record_id"
            " JOIN document d ON d.id = record.document_id ORDER BY r.record_id DESC LIMIT 3"
        )
        records = [row[0] for row in connection.exec_driver_sql(query)]
    records = [workspace.record(number)] if number else records
    seen: set[str] = set()
    for record in records:
        page = await (await client.get(f"/x/{record}")).text()
        seen |= set(re.findall(r'<span class="format">(\w+)</span>', page))
        found = cells(page)
        assert found, "the grid is empty"
        lost = [(column, text) for column, text, leads in found if not leads]
        assert lost == [], f"{story} {record}"
    assert seen & formats
