"""The very expressions of bulk matching, on Spark in local mode.

Needs Spark and a Java runtime, which `make setup-test` installs; without them this fails and says
so, since a test that is skipped proves nothing.
"""

import shutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

import ibis
import pytest

from matcher.bulk import CLAIMS, ORDER_LINES, judged
from matcher.bulk_documents import CHARGES, DOCUMENTS, documents_judged
from matcher.bulk_tables import tables_of
from tests.matcher.bulk_cases import AS_OF, random_facts, random_policy
from tests.matcher.bulk_comparison import compare, compare_documents

ORDERS = 300
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    missing = [
        name
        for name, found in (
            ("a Java runtime", shutil.which("java")),
            ("the package pyspark", find_spec("pyspark")),
        )
        if not found
    ]
    if missing:
        pytest.fail(f"{' and '.join(missing)} missing: run `make setup-test`", pytrace=False)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only once it is known to be there

    place = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(place),
        "spark.sql.ansi.enabled": "true",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


SCHEMAS = {
    "order_lines": ORDER_LINES,
    "claims": CLAIMS,
    "documents": DOCUMENTS,
    "charges": CHARGES,
}


@cache
def statements() -> list[str]:
    """The expressions as Spark is asked them: for lines, and for whole invoices over these."""
    asked = {name: ibis.table(schema, name=name) for name, schema in SCHEMAS.items()}
    lines = judged(asked["order_lines"], asked["claims"], AS_OF.toordinal())
    whole = documents_judged(
        ibis.table(lines.schema(), name="lines"),
        *(asked[name] for name in ("claims", "documents", "charges")),
    )
    return [str(ibis.to_sql(one, dialect="pyspark")) for one in (lines, whole)]


@pytest.mark.parametrize("seed", SEEDS)
def test_spark_equals_single(spark: Any, seed: int) -> None:
    policy = random_policy(seed)
    facts = random_facts(seed, ORDERS)
    tables = tables_of(facts, policy, AS_OF)
    for name, schema in SCHEMAS.items():
        columns = ", ".join(f"{column} bigint" for column in schema)
        values = [tuple(row[column] for column in schema) for row in getattr(tables, name)]
        spark.createDataFrame(values, columns).createOrReplaceTempView(name)
    asked, whole = statements()
    lines = spark.sql(asked)
    lines.createOrReplaceTempView("lines")
    rows = [row.asDict() for row in lines.collect()]
    assert compare(facts, policy, tables, rows) > ORDERS
    rows = [row.asDict() for row in spark.sql(whole).collect()]
    assert compare_documents(facts, policy, tables, rows)[0] > ORDERS
