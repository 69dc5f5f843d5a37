"""The canary is seen where it would get out."""

from pathlib import Path

import pytest

from chess_assets_tests import canary
from chess_assets_tests.s3_server import SECRET_KEY

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("before", [0, 2**20 - 20, 2**20 + 1])
def test_in_files(tmp_path: Path, before: int) -> None:
    """It is found in any file below, wherever in it, and nothing else is."""
    hidden = tmp_path / "a" / "b"
    hidden.mkdir(parents=True)
    (tmp_path / "clean").write_text(SECRET_KEY[:-1])
    (hidden / "log").write_text("x" * before + SECRET_KEY)
    try:
        assert list(canary.files_with_it(tmp_path)) == [hidden / "log"]
    finally:
        (hidden / "log").unlink()


def test_in_output() -> None:
    """It is seen in text, as it is and as URLs have it."""
    assert canary.is_in(f"key={SECRET_KEY}!")
    assert canary.is_in("https://x/?key=canary%2Bof%2Fthe-tests%2Bthat%2Fnobody-may%2Bsee%2F")
    assert not canary.is_in("tests-access-key")


def test_in_a_test(pytester: pytest.Pytester) -> None:
    """A test that prints it fails, and the report does not repeat it."""
    here = Path(__file__).parents[1]
    pytester.makeconftest(
        f"import sys; sys.path.insert(0, {str(here)!r})\n"
        "from chess_assets_tests.conftest import pytest_runtest_makereport\n"
    )
    pytester.makepyfile(
        "from chess_assets_tests.s3_server import SECRET_KEY\n"
        "def test_it(): print(SECRET_KEY)\n"
        "def test_other(): print('nothing')\n"
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1, errors=1)  # seen again when torn down
    result.stdout.fnmatch_lines(["*test_it shows the secret that it signs with*"])
    assert not canary.is_in(result.stdout.str())
