"""Logs are JSON lines and metrics live on the registry they were given."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from prometheus_client import CollectorRegistry, generate_latest

from chassis.metrics import Metrics
from chassis.telemetry import configure_logging


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(stream, "INFO")
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_each_line_is_one_json_object_with_its_event_and_context(lines: io.StringIO) -> None:
    structlog.get_logger("orientation").info("orientation_decided", scope="999001209:75", outcome="proposé")
    [line] = lines.getvalue().splitlines()
    assert "proposé" in line
    found = json.loads(line)
    assert found["event"] == "orientation_decided"
    assert (found["scope"], found["level"], found["logger"]) == ("999001209:75", "info", "orientation")
    assert found["timestamp"].endswith("Z")


def test_a_library_s_warning_is_a_json_line_and_its_chatter_is_not(lines: io.StringIO) -> None:
    logging.getLogger("aiokafka.consumer").info("polled")
    logging.getLogger("aiokafka.consumer").warning("lost %s", "x")
    [line] = lines.getvalue().splitlines()
    assert json.loads(line)["event"] == "lost x"


def test_debug_lines_are_left_out_unless_asked_for(lines: io.StringIO) -> None:
    structlog.get_logger("orientation").debug("considered")
    assert lines.getvalue() == ""


def test_a_stack_trace_stays_on_one_line(lines: io.StringIO) -> None:
    structlog.get_logger("bus").critical("engine_fault", exc_info=KeyError("x"))
    [line] = lines.getvalue().splitlines()
    assert json.loads(line)["exception"][0]["exc_type"] == "KeyError"


def test_a_stack_trace_tells_where_it_broke_and_never_with_what(lines: io.StringIO) -> None:
    def log_in(password: str) -> None:
        raise RuntimeError(f"no such host, {len(password)} letters tried")

    try:
        log_in("not for the log")
    except RuntimeError:
        structlog.get_logger("bus").exception("engine_fault")
        logging.getLogger("aiokafka").exception("lost")
    told = [json.loads(line)["exception"][0]["frames"][-1] for line in lines.getvalue().splitlines()]
    assert [frame["name"] for frame in told] == ["log_in", "log_in"]
    assert "not for the log" not in lines.getvalue()


def test_metrics_are_named_for_the_house_and_carry_no_id() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.messages.labels("orientation", "vacancies", "accepted").inc()
    metrics.decisions.labels("proposed").inc(2)
    metrics.rulebook.labels("orientation").info({"digest": "abc"})
    text = generate_latest(registry).decode()
    wanted = (
        'aiguillage_messages_total{outcome="accepted",service="orientation",topic_family="vacancies"} 1.0'
    )
    assert wanted in text
    assert 'aiguillage_decisions_total{outcome="proposed"} 2.0' in text
    assert 'aiguillage_rulebook_info{digest="abc",service="orientation"} 1.0' in text


def test_two_services_in_one_process_keep_their_metrics_apart() -> None:
    first, second = Metrics(CollectorRegistry()), Metrics(CollectorRegistry())
    first.decisions.labels("proposed").inc()
    assert second.registry.get_sample_value("aiguillage_decisions_total", {"outcome": "proposed"}) is None
