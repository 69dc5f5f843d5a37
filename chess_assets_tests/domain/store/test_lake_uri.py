"""The lake's URI: what users may write, and what they are told otherwise."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chess_assets.domain.store import InvalidLakeUri, S3Uri, parse_lake_uri


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("./lake", "{cwd}/lake"),
        ("lake", "{cwd}/lake"),
        ("lake/", "{cwd}/lake"),
        ("/data/lake", "/data/lake"),
        ("~/lake", "{home}/lake"),
        ("./a:b", "{cwd}/a:b"),
        ("/data/my lake", "/data/my lake"),
        ("file:///data/lake", "/data/lake"),
        ("file://localhost/data/lake/", "/data/lake"),
        ("FILE:///data/my%20lake", "/data/my lake"),
    ],
)
def test_folders(text: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder becomes an absolute path, whichever way it was written."""
    home, cwd = tmp_path / "home", tmp_path / "cwd"
    cwd.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(cwd)

    assert parse_lake_uri(text) == Path(path.format(home=home, cwd=cwd))
    assert not home.exists()


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("s3://lake", S3Uri("lake")),
        ("s3://lake/", S3Uri("lake")),
        ("s3://my.lake-1/chess/v1", S3Uri("my.lake-1", "chess/v1")),
        ("s3://lake/chess/", S3Uri("lake", "chess")),
        ("S3://lake/Chess", S3Uri("lake", "Chess")),
    ],
)
def test_buckets(text: str, uri: S3Uri) -> None:
    """A bucket and its prefix are told apart, with or without a slash behind."""
    assert parse_lake_uri(text) == uri
    assert parse_lake_uri(str(uri)) == uri


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n", "lake\n", "a\x00b", "gs://lake", "s3:/lake", "s3:lake", "s3:", "s3://",
        "s3:///x", "s3://La", "s3://Lake", "s3://a_b", "s3://-lake", "s3://a..b", "s3://10.0.0.1",
        "s3://lake//x", "s3://lake/x//", "s3://lake/../x", "s3://lake/./x", "s3://lake/a b",
        "s3://lake/.x", "s3://lake?x", f"s3://lake/{'x/' * 150}", f"s3://{'x' * 64}",
        "https://lake.s3.amazonaws.com/x", "C:\\lake", "file:lake", "file://host/lake", "file://",
        "file:///a?b", "file:///a#b", "file:///a%00b", "~nobody-of-this-name/lake",
    ],
    ids=ascii,
)  # fmt: skip
def test_refused(text: str) -> None:
    """Everything else is refused in one line that shows the right forms."""
    with pytest.raises(InvalidLakeUri, match=r"s3://bucket/prefix") as caught:
        parse_lake_uri(text)

    assert len(str(caught.value).splitlines()) == 1


def test_passwords_are_not_repeated() -> None:
    """A URI with credentials in it is refused without showing them."""
    with pytest.raises(InvalidLakeUri) as caught:
        parse_lake_uri("s3://key:geheim@lake/x")

    assert "geheim" not in str(caught.value)


@given(st.text() | st.text().map("s3://lake/{}".format) | st.text().map("file:///{}".format))
@example("file://[")
@example("~")
def test_any_text(text: str) -> None:
    """Any text is a folder, a bucket or refused; no folder is relative."""
    try:
        lake = parse_lake_uri(text)
    except InvalidLakeUri:
        return
    assert isinstance(lake, S3Uri) or lake.is_absolute()
