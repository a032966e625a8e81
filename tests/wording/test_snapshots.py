"""Each message is, word for word, the one in `snapshots.txt`, which people review."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.explanation import explain
from autograder.grading import Ran, grade
from autograder.intake import Submission
from autograder.kit.failures import Sentence
from autograder.message import Message
from autograder.model import Visibility
from autograder.verdict import verdict_of
from autograder.wording.data import from_data, to_data
from autograder.wording.html import html
from autograder.wording.lines import LONGEST_LINE, MOST_LINES, lines, text
from autograder.wording.markdown import markdown

from .cases import CHANGED, HIDDEN, PUBLIC

SOURCE = "def add(a, b):\n    return a + b\n"
REFUSED = {
    "policy": {("a1_tiny", "adder"): b"import math\nimport numpy\n"},
    "file not handed in": {},
}
NAMES = [*PUBLIC, *HIDDEN, *REFUSED, *CHANGED]
FILE = Path(__file__).with_name("snapshots.txt")
SNAPSHOTS = dict(
    part.split("\n", 1)
    for part in f"\n{FILE.read_text(encoding='utf-8')}".split("\n== ")[1:]
)


@pytest.fixture(scope="session")
def message(tiny, catalog, sandbox, tmp_path_factory):
    """Make the message for an end of a check, or for a file that is refused."""
    folder = tmp_path_factory.mktemp("handed_in") / tiny.id
    folder.mkdir()
    (folder / "adder.py").write_text(SOURCE)

    def ended(end, visibility=Visibility.PUBLIC):
        check = next(c for c in tiny.checks if c.visibility is visibility)
        with pytest.raises(BaseException) as caught:  # noqa: PT011 - any end of a check
            end()
        verdict = verdict_of(caught.value, assignment=tiny.id, official=True)
        return explain(verdict, caught.value, check, assignment=tiny, folder=folder)

    def refused(files):
        report = grade(
            Submission(name="alice", files=files),
            tiny,
            release=catalog.release,
            sandbox=sandbox,
            run_checks=no_checks,
        )
        return report.results[0].finding.message

    def made(name):
        if name in REFUSED:
            return refused(REFUSED[name])
        if name in CHANGED:
            return CHANGED[name](ended(PUBLIC["wrong values, ints"]))
        if name in HIDDEN:
            return ended(HIDDEN[name], Visibility.HIDDEN)
        return ended(PUBLIC[name])

    return made


def no_checks(*_, **__):
    return Ran(findings={}, tiers=frozenset())


def shown(message):
    """The message in English, and below it in Chinese; with code, as Markdown."""
    word = (lambda *asked: "\n".join(markdown(*asked))) if message.snippet else text
    return f"{word(message)}\n--\n{word(message, 'zh')}\n"


@pytest.mark.parametrize("name", NAMES)
def test_message_reads_as_it_was_reviewed(message, name):
    assert shown(message(name)).rstrip() == SNAPSHOTS[name].rstrip()


def test_every_snapshot_is_compared():
    assert list(SNAPSHOTS) == NAMES


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_message_is_short(message, name, language):
    said = lines(message(name), language)

    assert len(said) <= MOST_LINES
    assert max(map(len, said)) <= LONGEST_LINE


@pytest.mark.parametrize("name", NAMES)
def test_message_survives_json(message, name):
    made = message(name)

    assert from_data(json.loads(json.dumps(to_data(made)))) == made


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_check_tells_no_value_and_no_text_of_the_worker(message, name):
    told = repr(message(name))

    assert not [
        secret for secret in ("SECRET", "MyError", "203", "9, 7") if secret in told
    ]


class Reader(HTMLParser):
    """Notes the tags and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.text += data


HOSTILE = """<script>alert('1')</script> </pre> & "x" <b onclick='y'>"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_html_shows_hostile_text_as_text(language):
    def page(hostile):
        return Reader(
            html(
                Message(
                    headline=Sentence("{name}", {"name": hostile}),
                    where=hostile,
                    inputs=(hostile,),
                    says=(hostile,),
                    again=hostile,
                    snippet=hostile,
                ),
                language,
            )
        )

    hostile, honest = page(HOSTILE), page("x")

    assert hostile.tags == honest.tags
    assert hostile.text.count(HOSTILE) == 6


def test_html_names_its_language():
    page = html(Message(headline=Sentence("wrong")), "zh")

    assert (
        page
        == '<section class="message" lang="zh-Hans">\n<h3>结果不对</h3>\n</section>'
    )
