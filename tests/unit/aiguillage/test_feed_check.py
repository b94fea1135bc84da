"""A file of events is checked before any of it is published."""

import sys
from pathlib import Path

import orjson
import pytest

from aiguillage.cli import main
from aiguillage.feeding import refused_lines
from aiguillage.lines import read_lines

EXAMPLES = Path(__file__).parents[3] / "contracts" / "examples"


def _example(kind: str, **changes: object) -> bytes:
    event = orjson.loads((EXAMPLES / f"{kind}.json").read_bytes())
    event["data"] |= changes
    return orjson.dumps(event)


def test_lines_that_would_be_refused_are_named_with_their_place_and_remedy() -> None:
    good, bad = _example("vacancy.declared"), _example("vacancy.declared", cause="on ne sait pas")
    [refused] = refused_lines([good, bad, b'{"type":"sample.party"}'])
    assert (refused.number, refused.path) == (2, "$.data.cause")
    assert "conge" in refused.message


def test_nothing_of_a_file_with_a_refused_line_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(_example("vacancy.declared") + b"\n" + b"{not json}\n")
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # given back at the end: a command escapes them
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    monkeypatch.setattr(sys, "argv", ["aiguillage", "feed", str(file), "--kafka", "127.0.0.1:1", "--json"])
    with pytest.raises(SystemExit, match="1"):
        main()
    told = orjson.loads(capsys.readouterr().out)
    assert told["published"] == 0
    assert [(each["number"], each["reason"]) for each in told["refused"]] == [(2, "json_invalide")]


def test_a_mark_some_editors_put_first_hides_no_event(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + _example("vacancy.declared") + b"\r\n\r\n")
    assert list(read_lines(str(file))) == [_example("vacancy.declared")]
