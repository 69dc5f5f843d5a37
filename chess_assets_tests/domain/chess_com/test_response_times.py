"""When a response was sent, whatever its Date and Age say, and whatever this clock shows."""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.chess_com import ChessComClient, Limits, MonthAnswer, ServerFault
from chess_assets.domain.chess_com.response_times import response_times
from chess_assets.domain.months import Month
from chess_assets_tests.domain.chess_com.conftest import NOW
from chess_assets_tests.fault_server import FaultServer, as_json, whole

MAY = Month(2022, 5)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def date(instant: datetime) -> str:
    """Return an instant as a Date header has it."""
    return format_datetime(instant, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "fetched_at"),
    [
        ({}, NOW),
        ({"Date": date(NOW)}, NOW),
        ({"Date": date(NOW - 40 * DAY)}, NOW - 40 * DAY),
        ({"Date": date(NOW - HOUR), "Age": "60"}, NOW - HOUR - 60 * SECOND),
        ({"Date": date(NOW), "Age": "3600"}, NOW - HOUR),
        ({"Date": date(NOW + 9 * DAY)}, NOW),
        ({"Date": date(NOW + HOUR), "Age": "7200"}, NOW - HOUR),
        ({"Date": "Wed May 15 11:00:00 2024"}, NOW - HOUR),
        ({"Date": "Wed, 15 May 2024 13:00:00 +0200"}, NOW - HOUR),
        ({"Date": date(NOW - DAY), "Age": "999999999"}, NOW - DAY),
        *(({"Date": date(NOW - DAY), "Age": age}, NOW - DAY) for age in ("-5", "x", "", "1.5")),
        ({"Age": "3600"}, NOW),
    ],
    ids=str,
)
def test_fetched_at(headers: dict[str, str], fetched_at: datetime) -> None:
    """A month counts as fetched by the earlier of the two clocks, less the response's age."""
    assert response_times(headers, NOW, NOW + SECOND).fetched_at == fetched_at


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "0", "1715774400", "NaN", "x" * 9999, "\u0663", "2024-05-15"),
        *("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 31 Dec 1998 23:59:59 GMT"),
        *("Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0001 00:00:00 +2359"),
        *("Wed, 15 May 2024 25:61:61 GMT", "Wed, 99 May 2024 11:00:00 GMT"),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_date_of_no_use(text: str) -> None:
    """A Date that is none, or of no time at which there was a chess.com, counts as none sent."""
    times = response_times({"Date": text, "Age": "60"}, NOW, NOW)
    assert (times.fetched_at, times.server_time) == (NOW, None)
    assert not times.do_clocks_differ


INSTANTS = st.datetimes(
    datetime(2008, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(INSTANTS, INSTANTS, st.integers(0, 10**6))
def test_never_too_late(asked_at: datetime, server_time: datetime, age_s: int) -> None:
    """No fetch counts for later than either clock says."""
    server_time = server_time.replace(microsecond=0)
    headers = {"Date": date(server_time), "Age": str(age_s)}
    times = response_times(headers, asked_at, asked_at + SECOND)
    age = timedelta(seconds=age_s)
    if server_time - age >= datetime(2007, 5, 1, tzinfo=UTC):
        assert times.fetched_at <= server_time - age
    assert times.fetched_at <= times.asked_at <= asked_at


@given(st.text(), st.text())
def test_any_headers(date_text: str, age: str) -> None:
    """Whatever the headers hold, there is a time, and it is not after the request."""
    assert response_times({"Date": date_text, "Age": age}, NOW, NOW).fetched_at <= NOW


@pytest.mark.parametrize(
    ("server_time", "age_s", "is_told"),
    [
        (NOW, 0, False),
        (NOW - timedelta(minutes=4), 0, False),
        (NOW + timedelta(minutes=4), 0, False),
        (NOW - timedelta(minutes=6), 0, True),
        (NOW + timedelta(minutes=6), 0, True),
        (NOW - 40 * DAY, 0, True),
        (NOW + 40 * DAY, 0, True),
        (NOW - HOUR, 3600, False),  # a cache kept it, with the Date of the origin
        (NOW, 3600, False),  # a cache kept it, with a Date of its own
    ],
)
def test_clocks_that_differ(
    server: FaultServer,
    client: ChessComClient,
    caplog: pytest.LogCaptureFixture,
    server_time: datetime,
    age_s: int,
    *,
    is_told: bool,
) -> None:
    """Clocks that differ by minutes are told of once, and both named, whatever is asked."""
    server.always_answers(as_json({"games": []}, Date=date(server_time), Age=age_s))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            client.month("hikaru", MAY)
    assert len(caplog.records) == is_told
    for clock in [NOW, server_time] if is_told else []:
        assert f"{clock:%Y-%m-%d %H:%M:%S} UTC" in caplog.text


def test_slow_answer(server: FaultServer, caplog: pytest.LogCaptureFixture) -> None:
    """What a request takes is no difference of clocks."""
    readings = iter([NOW, *[NOW + timedelta(minutes=9)] * 9])
    server.answers(as_json({"games": []}, Date=date(NOW + timedelta(minutes=9))))
    with ChessComClient(server.url, "t@example.org", now=lambda: next(readings)) as client:
        answer = client.month("hikaru", MAY)
    assert isinstance(answer, MonthAnswer)
    assert answer.times.fetched_at == NOW
    assert caplog.records == []


def test_errors_tell_the_time_too(
    server: FaultServer, one_shot: ChessComClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A response that is an error names the server's time as well."""
    server.answers(whole(b"", 500, Date=date(NOW - DAY)))
    with pytest.raises(ServerFault):
        one_shot.month("hikaru", MAY)
    assert one_shot.newest_times is not None
    assert one_shot.newest_times.server_time == NOW - DAY
    assert "2024-05-14 12:00:00 UTC" in caplog.text


def test_newest_time(server: FaultServer) -> None:
    """Of several times that the server names the newest counts."""
    dates = [NOW - DAY, NOW, NOW - HOUR]
    server.answers(*[as_json({"games": []}, Date=date(each)) for each in dates])
    with ChessComClient(server.url, "t@example.org", Limits(), lambda: NOW) as client:
        assert client.newest_times is None
        for _ in dates:
            client.month("hikaru", MAY)
        assert client.newest_times is not None
        assert client.newest_times.server_time == NOW
