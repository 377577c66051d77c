"""`dockmatch match`: documents, records and scenarios from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main

ORDER = {
    "kind": "purchase_order", "number": "31", "operation": "new", "date": "2026-04-01",
    "currency": "USD",
    "lines": [{"number": "1", "quantity": "10", "uom": "EA", "unit_price": "2.00"}],
}  # fmt: skip
RECEIPT = {
    "kind": "receipt", "evidence": "received", "number": "G1", "date": "2026-04-05",
    "lines": [{"order": {"number": "31", "line": "1"}, "quantity": "10", "uom": "EA"}],
}  # fmt: skip
INVOICE = {
    "kind": "invoice", "type": "invoice", "number": "A1", "date": "2026-04-09", "orders": ["31"],
    "currency": "USD", "totals": {"total": "24.00"},
    "lines": [{"number": "1", "order": {"number": "31", "line": "1"}, "quantity": "12",
               "uom": "EA", "unit_price": "2.00"}],
}  # fmt: skip
SCENARIO = {
    "id": "S-1", "as_of": "2026-05-01", "policy": {}, "master": {},
    "documents": [
        {"type": "po", "id": "PO", "number": "31", "rev": 1, "currency": "USD",
         "lines": [{"n": 1, "qty": "10", "uom": "EA", "price": "2.00"}]},
        {"type": "invoice", "id": "I", "number": "A1", "date": "2026-04-20", "currency": "USD",
         "po": "31", "total": "20.00",
         "lines": [{"n": 1, "qty": "10", "uom": "EA", "price": "2.00", "po_line": 1}]},
        {"type": "receipt", "id": "GR", "po": "31", "date": "2026-04-25",
         "lines": [{"po_line": 1, "qty": "10"}]},
    ],
    "steps": [{"after": "I"}],
}  # fmt: skip


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["match", *map(str, arguments)])


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, record in (("order", ORDER), ("receipt", RECEIPT), ("invoice", INVOICE)):
        (tmp_path / f"{name}.json").write_text(json.dumps(record))
    return tmp_path


class TestRecords:
    def test_a_folder_is_matched_as_one_set(self, folder: Path) -> None:
        result = run(folder, "--as-of", "2026-05-01", "--json")
        (row,) = rows(result)
        assert row["kind"] == "reconciliation"
        assert row["verdict"] == "exception"
        assert (row["approved"], row["disputed"]) == ("20.00", "4.00")
        assert row["invoice"]["id"] == str(folder / "invoice.json")
        assert result.exit_code == 1

    def test_all_good_is_status_zero(self, folder: Path) -> None:
        record = {**INVOICE, "totals": {"total": "20.00"}}
        record["lines"] = [{**INVOICE["lines"][0], "quantity": "10"}]  # type: ignore[index]
        (folder / "invoice.json").write_text(json.dumps(record))
        result = run(folder, "--as-of", "2026-05-01")
        assert result.exit_code == 0
        assert "matched" in result.stdout

    def test_a_person_reads_why_and_what_to_do(self, folder: Path) -> None:
        told = run(folder, "--as-of", "2026-05-01").stdout
        assert "line 1: Billed 12 EA, ordered 10: 2 over, 4.00 disputed. [QTY_OVER_ORDERED]" in told
        assert "buyer: Raise the ordered quantity by 2 EA." in told

    def test_records_may_stand_one_a_line(self, tmp_path: Path) -> None:
        file = tmp_path / "all.jsonl"
        file.write_text("\n".join(json.dumps(one) for one in (ORDER, RECEIPT, INVOICE)))
        (row,) = rows(run(file, "--as-of", "2026-05-01", "--json"))
        assert row["inputs"] == [f"{file}:{number}" for number in (1, 2, 3)]

    def test_a_policy_file_is_used(self, folder: Path) -> None:
        policy = folder / "policy.toml"
        policy.write_text("[qty]\nordered_pct = '20'\nreceived_pct = '20'\n")
        files = [folder / f"{name}.json" for name in ("order", "receipt", "invoice")]
        (row,) = rows(run(*files, "--policy", policy, "--as-of", "2026-05-01", "--json"))
        assert row["verdict"] == "matched_within_tolerance"

    def test_master_data_is_used(self, folder: Path) -> None:
        master = folder / "master.toml"
        master.write_text("[suppliers.K]\nname = 'Kestrel'\nblocked = true\n")
        record = {**INVOICE, "supplier": {"name": "Kestrel"}}
        (folder / "invoice.json").write_text(json.dumps(record))
        files = [folder / f"{name}.json" for name in ("order", "receipt", "invoice")]
        (row,) = rows(run(*files, "--master", master, "--as-of", "2026-05-01", "--json"))
        assert row["codes"] == ["SUPPLIER_BLOCKED"]

    def test_nothing_to_match(self, folder: Path) -> None:
        result = run(folder / "order.json")
        assert (result.exit_code, result.stdout) == (0, "No invoices.\n")


class TestTrouble:
    def test_a_stray_file_in_a_folder_is_told(self, folder: Path) -> None:
        (folder / "notes.txt").write_text("nothing to see")
        result = run(folder, "--json")
        assert "notes.txt" in result.stderr
        assert len(rows(result)) == 1

    def test_a_stray_file_asked_for_is_a_failure(self, tmp_path: Path) -> None:
        file = tmp_path / "notes.txt"
        file.write_text("nothing to see")
        assert run(file, "--json").exit_code == 1

    def test_other_json_in_a_folder_is_passed_over(self, folder: Path) -> None:
        (folder / "other.json").write_text('{"zebra": 1}')
        assert len(rows(run(folder, "--json"))) == 1

    @pytest.mark.parametrize("content", ['{"zebra": 1}', "no json", "\udcff"])
    def test_other_json_asked_for_is_a_mistake(self, tmp_path: Path, content: str) -> None:
        file = tmp_path / "other.json"
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
        result = run(file)
        assert result.exit_code == 2
        assert "no record" in result.stderr

    @pytest.mark.parametrize("arguments", [[], ["x.json", "--facts", "y.json"]])
    def test_either_documents_or_facts(self, tmp_path: Path, arguments: list[str]) -> None:
        for name in ("x.json", "y.json"):
            (tmp_path / name).write_text("{}")
        places = [str(tmp_path / one) if one.endswith("json") else one for one in arguments]
        assert run(*places).exit_code == 2

    @pytest.mark.parametrize("content", ["way = 9", "way =", "zebra = 1"])
    def test_a_policy_that_cannot_be(self, folder: Path, content: str) -> None:
        policy = folder / "policy.toml"
        policy.write_text(content)
        result = run(folder / "order.json", "--policy", policy)
        assert result.exit_code == 2
        assert "policy.toml" in result.stderr

    def test_master_data_that_cannot_be(self, folder: Path) -> None:
        master = folder / "master.toml"
        master.write_text("suppliers = 5")
        assert run(folder / "order.json", "--master", master).exit_code == 2


class TestFacts:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "facts.json"

    def test_steps_and_the_end(self, file: Path) -> None:
        file.write_text(json.dumps({"scenarios": [SCENARIO]}))
        result = run("--facts", file, "--json")
        told = [(row["scenario"], row["after"], row["verdict"]) for row in rows(result)]
        assert told == [("S-1", "I", "waiting"), ("S-1", None, "matched")]
        assert result.exit_code == 0

    def test_one_scenario_alone(self, file: Path) -> None:
        file.write_text(json.dumps(SCENARIO))
        assert len(rows(run("--facts", file, "--json"))) == 2
        assert "S-1 I" in run("--facts", file).stdout

    @pytest.mark.parametrize("content", ["[", "5", '{"documents": 5}', '{"scenarios": [5]}'])
    def test_no_scenarios(self, file: Path, content: str) -> None:
        file.write_text(content)
        assert run("--facts", file).exit_code == 2

    def test_an_impossible_policy_is_a_mistake(self, file: Path) -> None:
        file.write_text(json.dumps({**SCENARIO, "policy": {"zebra": 1}}))
        assert run("--facts", file).exit_code == 2
