"""What holds the kits to the console's description (testkits/described.py), on a small one."""

import importlib.util
import json
import pathlib

import pytest

pytest.importorskip("jsonschema")
place = pathlib.Path(__file__).parents[2] / "described.py"
spec = importlib.util.spec_from_file_location("described", place)
described = importlib.util.module_from_spec(spec)
spec.loader.exec_module(described)

CLOCK = {"type": "object", "required": ["now"], "properties": {"now": {"type": "string"}}}
SET = {
    "operationId": "put-clock",
    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
    "responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Clock"}}}}}},
}
ORDER = {"type": "object", "properties": {"now": {"type": "string"}}, "additionalProperties": False}
DOCUMENT = {"paths": {"/clock/{id}": {"put": SET}}, "components": {"schemas": {"Clock": CLOCK, "Order": ORDER}}}


@pytest.fixture
def description():
    return described.Description(DOCUMENT)


def test_what_is_described_passes(description):
    operation = description.operation("PUT", "/clock/1")
    assert description.asked(operation, [("limit", "2")], b'{"now": "x"}') == ["limit", "now"]
    assert json.loads(description.answered(operation, 200, "application/json", b'[{"now": "x"}]')) == [{"now": "x"}]


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "said"),
    [
        ("PUT", "/watch/1", [], b"{}", "no such path"),
        ("GET", "/clock/1", [], b"", "the method is not"),
        ("PUT", "/clock/1", [("most", "2")], b"{}", "no parameter most"),
        ("PUT", "/clock/1", [("limit", "0")], b"{}", "minimum"),
        ("PUT", "/clock/1", [("limit", "many")], b"{}", "integer"),
        ("PUT", "/clock/1", [], b'{"time": "x"}', "'time' was unexpected"),
    ],
)
def test_a_call_that_is_not_described_is_refused(description, method, path, query, body, said):
    with pytest.raises(described.NotDescribed, match=said):
        description.asked(description.operation(method, path), query, body)


@pytest.mark.parametrize(
    ("status", "kind", "body", "said"),
    [
        (201, "application/json", b"[]", "no status 201"),
        (200, "text/plain", b"[]", "as text/plain"),
        (200, "application/json", b"{}", "not of type 'array'"),
        (200, "application/json", b'[{"when": "x"}]', "'now' is a required property"),
    ],
)
def test_an_answer_that_is_not_described_is_refused(description, status, kind, body, said):
    with pytest.raises(described.NotDescribed, match=said):
        description.answered(SET, status, kind, body)


def test_members_that_are_not_described_are_taken_out(description):
    answer = description.answered(SET, 200, "application/json", b'[{"now": "x", "when": "y"}]')
    assert json.loads(answer) == [{"now": "x"}]


def test_an_order_that_no_test_gives_and_a_fault_that_a_test_overlooks_are_told(tmp_path, capsys):
    calls = [{"operation": name, "names": names} for name, names in described.ORDERS.items()]
    complete, wanting = tmp_path / "complete", tmp_path / "wanting"
    complete.write_text("".join(json.dumps(call) + "\n" for call in calls))
    assert described.check(complete) == 0
    calls[1]["names"] = ["now"]
    calls[0]["fault"] = "no status 418"
    wanting.write_text("".join(json.dumps(call) + "\n" for call in calls[:-1]))
    assert described.check(wanting) == 1
    said = capsys.readouterr().out
    for told in ("no status 418", "put-clock: no test sends advance", f"{calls[-1]['operation']}: no test gives this order"):
        assert told in said
