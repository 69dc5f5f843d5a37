"""Whatever bytes come back, a call returns an answer or raises a named error."""

import gzip
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.chess_com import ChessComClient, ChessComError, MonthAnswer
from chess_assets.domain.months import Month
from chess_assets_tests.fault_server import End, FaultServer, head

MAY = Month(2022, 5)
ZIPPED = gzip.compress(json.dumps({"games": [{"uuid": "a"}]}).encode())
GOOD = head(Content_Length=len(ZIPPED), Content_Encoding="gzip", ETag='"a"') + ZIPPED
CHUNKED = head(Transfer_Encoding="chunked") + b'd\r\n{"games": []}\r\n0\r\n\r\n'
MOVED = head(301, Location="/pub/there", Content_Length=0)


@st.composite
def _answers(draw: st.DrawFn) -> bytes:
    """An answer with a piece of it replaced; often one that is right but for a few bytes."""
    answer = draw(st.sampled_from([GOOD, CHUNKED, MOVED, head(404), head(429, Retry_After=9)]))
    start = draw(st.integers(0, len(answer)))
    end = draw(st.integers(start, min(start + 20, len(answer))))
    return answer[:start] + draw(st.binary(max_size=20)) + answer[end:]


def test_any_answer(server: FaultServer, one_shot: ChessComClient) -> None:
    """No answer makes the client fail in a way without a name, or return half a month."""

    @settings(max_examples=100, derandomize=True, deadline=None)
    @given(_answers())
    def check(answer: bytes) -> None:
        server.always_answers([answer, End.CLOSE])
        try:
            month = one_shot.month("hikaru", MAY)
        except ChessComError:
            return
        assert isinstance(month, MonthAnswer)
        assert month.games in ([{"uuid": "a"}], [])

    check()
