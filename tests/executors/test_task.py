"""A task adds the reports that are missing, whole and each under its own digest."""

import stat

import pytest

from autograder.batch import our_fault
from autograder.executors.chunk import Chunk, Terms, by_digest
from autograder.executors.place import Begun, Place
from autograder.executors.task import fill
from autograder.intake import Submission, Work

BEGUN = Begun(name="a1_tiny/alice", task="1_0", node="here", slot="0")


@pytest.fixture
def works(tiny):
    return [
        Work(submission=Submission(name=name), assignment=tiny)
        for name in ("alice", "bob", "carol", "dave")
    ]


@pytest.fixture
def place(tmp_path):
    return Place.create(tmp_path / "run")


@pytest.fixture
def chunk(works, catalog, place):
    terms = Terms(catalog=catalog)
    return Chunk(folder=place.folder, terms=terms, works=by_digest(works, terms))


@pytest.fixture
def grader(catalog):
    return Grader(catalog.release)


class Grader:
    """Remembers what it was asked, and says whose report it is."""

    def __init__(self, release):
        self.graded = []
        self._release = release

    def grade(self, works):
        for work in works:
            self.graded.append(work.submission.name)
            yield self.report(work)

    def grade_from_behind(self, works):
        yield from self.grade(list(reversed(works)))

    def report(self, work):
        return our_fault(work, "so be it", self._release)


def submissions(chunk, place):
    return {key: place.report(key).submission for key in chunk.works}


def expected(chunk):
    return {key: work.submission.name for key, work in chunk.works.items()}


def test_task_grades_all_of_its_chunk(chunk, place, grader):
    fill(chunk, grader.grade)

    assert submissions(chunk, place) == expected(chunk)


def test_task_passes_over_what_has_a_report(chunk, place, grader):
    key, work = list(chunk.works.items())[1]
    place.add(key, grader.report(work))

    fill(chunk, grader.grade)

    assert grader.graded == ["alice", "carol", "dave"]


def test_task_passes_over_what_another_one_graded_meanwhile(chunk, place, grader):
    *_, (key, work) = chunk.works.items()

    def grade(works):
        for report in grader.grade(works):
            place.add(key, grader.report(work))
            yield report

    fill(chunk, grade)

    assert grader.graded == ["alice", "bob", "carol"]


def test_report_that_comes_out_of_order_is_kept_under_its_own_digest(
    chunk, place, grader
):
    fill(chunk, grader.grade_from_behind)

    assert submissions(chunk, place) == expected(chunk)


def test_place_is_its_owner_s_alone(place):
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700


def test_report_that_a_failing_disk_cut_is_graded_again(chunk, place, grader):
    fill(chunk, grader.grade)
    key, *_ = chunk.works
    file = place.folder / "reports" / f"{key}.json"
    file.write_text(file.read_text()[:100])

    assert place.report(key) is None
    assert not place.has(key)


def test_place_says_who_began_what(place):
    place.begin("d1", BEGUN)

    assert list(place.begun(["d1", "d2"])) == [BEGUN]


def test_place_remembers_the_job_until_it_is_told_otherwise(place):
    place.note_job("12")

    assert Place(place.folder).job == "12"
