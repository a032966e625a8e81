"""A chunk: what one task grades, in a file."""

import json
from dataclasses import replace

import pytest

from autograder.errors import ClusterError
from autograder.executors.chunk import Chunk, Terms, by_digest, from_json, to_json
from autograder.intake import Submission, Work

SUBMISSION = Submission(
    name="=alice \udcff",
    files={("a1_tiny", "adder"): b"\xff\x00x = 1\n"},
    sources=("adder.py", "b.py"),
    notes=("a note",),
    student="alice",
    canvas_id="1001",
    attempt=2,
    late_seconds=0.1,
    submitted_at="2026-11-30T23:59+08:00",
)


@pytest.fixture
def terms(catalog):
    return Terms(catalog=catalog)


@pytest.fixture
def work(tiny):
    return Work(submission=SUBMISSION, assignment=tiny, most_inputs=3)


@pytest.fixture
def chunk(work, terms, tmp_path):
    return Chunk(folder=tmp_path, terms=terms, works=by_digest([work], terms))


def test_chunk_is_read_as_it_was_written(chunk):
    assert from_json(to_json(chunk)) == chunk


def test_chunk_holds_nothing_of_the_checks(chunk, tiny, catalog):
    text = to_json(chunk)

    assert f'"{catalog.release.secret}"' not in text
    assert not any(check.name in text for check in tiny.checks)


def test_chunk_leaves_out_what_belongs_to_other_assignments(work, terms, tmp_path):
    files = SUBMISSION.files | {("a2_other", "x"): b"x = 2\n"}
    more = replace(work, submission=replace(SUBMISSION, files=files))
    works = by_digest([more], terms)

    read = from_json(to_json(Chunk(folder=tmp_path, terms=terms, works=works)))

    assert list(read.works.values()) == [work]


def test_chunk_says_on_which_device_its_works_are_graded(write_catalog, tmp_path):
    settings = 'title="t"\ntitle_zh="t"\nparts=["adder"]\nprofile="torch"\n'
    settings += 'devices=["cuda"]\n'
    catalog = write_catalog(tmp_path, **{"{id}/assignment.toml": settings}).on("cuda")
    terms = Terms(catalog=catalog, device="cuda")
    work = Work(submission=SUBMISSION, assignment=catalog["a1_tiny"])
    works = by_digest([work], terms)

    read = from_json(to_json(Chunk(folder=tmp_path, terms=terms, works=works)))

    assert [each.assignment.device for each in read.works.values()] == ["cuda"]


def test_node_with_other_versions_refuses_a_chunk_and_names_them(chunk):
    document = json.loads(to_json(chunk))
    document["came_from"]["a1_tiny"]["device"] = "cpu of old"

    with pytest.raises(ClusterError, match=r"the device of .*, cpu of old, got cpu "):
        from_json(json.dumps(document))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"accepted": "none"}, id="isolation"),
        pytest.param({"repeat": 2}, id="repetition"),
    ],
)
def test_digest_says_how_a_work_is_graded(change, work, terms):
    other = replace(terms, **change)

    assert by_digest([work], other).keys() != by_digest([work], terms).keys()


def test_digest_says_whose_a_work_is(work, terms):
    other = replace(work, submission=replace(SUBMISSION, name="bob"))

    assert len(by_digest([work, other], terms)) == 2
