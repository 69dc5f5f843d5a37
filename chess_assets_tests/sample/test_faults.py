"""Faults on demand."""

import pytest
import requests

from chess_assets.sample import Fault, SampleChessCom

_MONTH = "/player/tamsintempo/games/2025/09"


def test_a_status_for_so_many_requests(sample: SampleChessCom, http: requests.Session) -> None:
    """The next requests of a path get a status and its headers; then all is well; others are."""
    sample.faults.add(Fault(r"/2025/09$", status=429, headers={"Retry-After": "soon"}, times=2))
    other = http.get(f"{sample.url}/player/tamsintempo")
    answers = [http.get(f"{sample.url}{_MONTH}") for _ in range(3)]
    assert other.status_code == 200
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "soon"
    assert "message" in answers[0].json()


def test_a_status_for_good(sample: SampleChessCom, http: requests.Session) -> None:
    """A fault without a number stays until it is cleared."""
    sample.faults.add(Fault("/games/", status=500, times=None))
    assert [http.get(f"{sample.url}{_MONTH}").status_code for _ in range(3)] == [500] * 3
    sample.faults.clear()
    assert http.get(f"{sample.url}{_MONTH}").status_code == 200


def test_faults_in_order(sample: SampleChessCom, http: requests.Session) -> None:
    """Faults of one path strike one after the other."""
    sample.faults.add(Fault("09$", status=500))
    sample.faults.add(Fault("09$", status=404))
    statuses = [http.get(f"{sample.url}{_MONTH}").status_code for _ in range(3)]
    assert statuses == [500, 404, 200]


def test_a_body_as_it_is(sample: SampleChessCom, http: requests.Session) -> None:
    """A given body is sent byte for byte, with the given headers and no others of its own."""
    sample.faults.add(Fault("09$", body="<html>", headers={"Content-Type": "text/html"}))
    answer = http.get(f"{sample.url}{_MONTH}")
    assert (answer.status_code, answer.content) == (200, b"<html>")
    assert answer.headers["Content-Type"] == "text/html"
    assert "ETag" not in answer.headers


def test_a_truncated_body(sample: SampleChessCom, http: requests.Session) -> None:
    """A cut body has the real headers, announces the whole and ends early."""
    sample.faults.add(Fault("09$", bytes_sent=100))
    answer = http.get(f"{sample.url}{_MONTH}", stream=True)
    assert answer.status_code == 200
    assert "ETag" in answer.headers
    with pytest.raises(requests.exceptions.RequestException):
        answer.content  # noqa: B018 — reading it is what fails
    assert http.get(f"{sample.url}{_MONTH}").status_code == 200


def test_a_dropped_connection(sample: SampleChessCom, http: requests.Session) -> None:
    """A dropped connection has no answer at all, and is recorded with status 0."""
    sample.faults.add(Fault("09$", is_dropped=True))
    with pytest.raises(requests.exceptions.ConnectionError):
        http.get(f"{sample.url}{_MONTH}")
    assert [request.status for request in sample.requests] == [0]
