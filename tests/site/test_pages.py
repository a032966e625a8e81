"""What stands on the site's pages, and what cannot."""

import os
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from autograder.cause import Cause
from autograder.feedback import feedback
from autograder.kit.failures import Sentence
from autograder.kit.mistake import Mistake
from autograder.message import Message
from autograder.model import Verdict
from autograder.pages.rendering import filled
from autograder.site.plain_text import plain_text
from autograder.site.student_page import student_page
from autograder.site.writing import site

HOSTILE = "</pre><script>x</script><img src=x onerror=y>\"'&\x1b[31m\u202e=1+1"
SHOWN = "</pre><script>x</script><img src=x onerror=y>\"'&\ufffd[31m\ufffd=1+1"


class Page(HTMLParser):
    """Notes tags, attributes, the text, and the text by lines."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text += f"{data}\n"


def message(text):
    return Message(
        headline=Sentence("{name}", {"name": text}),
        part="p",
        where=text,
        inputs=(text,),
        says=(text,),
        again=text,
        snippet=text,
    )


@pytest.fixture(scope="module")
def entry_saying(make_entry):
    """Make an entry in which a text stands wherever a submission can bring one."""

    def make(text, student="ada"):
        return make_entry(
            "fp",
            student,
            name=text,
            notes=(text,),
            identical_to=text,
            changes={0: {"message": message(text), "output": f"{text}\n{text}"}},
        )

    return make


@pytest.fixture(scope="module")
def files(run):
    """Render the site's files, by their names."""

    def render(*entries, bank=None):
        return dict(site(run, entries, bank or {}))

    return render


@pytest.fixture(scope="module")
def hostile(files, entry_saying):
    return files(entry_saying(HOSTILE))


@pytest.fixture(scope="module")
def honest(files, entry_saying):
    return files(entry_saying("x"))


PAGES = [
    "site/index.html",
    "site/a1_tiny.html",
    "site/feedback/a1_tiny/ada.html",
    "site/feedback/a1_tiny/ada.zh.html",
]


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_adds_no_tag_and_no_attribute(hostile, honest, name):
    one, other = Page(hostile[name]), Page(honest[name])

    assert one.tags == other.tags
    assert [a[:2] for a in one.attributes] == [a[:2] for a in other.attributes]


@pytest.mark.parametrize("name", PAGES[1:])
def test_hostile_text_is_shown_as_text(hostile, name):
    page = Page(hostile[name])

    assert SHOWN in page.text


def test_no_file_holds_what_moves_a_cursor_or_turns_text(hostile):
    bad = [n for n, text in hostile.items() if "\x1b" in text or "\u202e" in text]

    assert bad == []


def test_mail_merge_runs_no_formula(files, entry_saying):
    table = files(entry_saying("=1+1"))["site/mail_merge.csv"]

    assert ",'=1+1," in table


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_nothing_from_elsewhere(hostile, name):
    page = Page(hostile[name])

    loaded = {
        value
        for tag, attribute, value in page.attributes
        if attribute in ("src", "srcset", "data", "action", "background")
        or (tag == "link" and attribute == "href")
    }
    assert loaded <= {"site.css", "site.js"}


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_script_and_no_style_of_its_own(honest, name):
    text = honest[name]

    assert not re.search(r"<script(?! src=\"site.js\" defer></script>)", text)
    assert not re.search(r"<[^>]+\s(on\w+|style)=", text)


def test_page_of_a_student_allows_its_own_style_by_its_hash(make_entry):
    text = student_page(make_entry("pf"), "en")

    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in text


def test_feedback_names_no_other_student_and_leads_nowhere(files, make_entry):
    rendered = files(make_entry("pf", "ada"), make_entry("pp", "bob", name="Bob Ray"))

    own = {
        n: t for n, t in rendered.items() if n.startswith("site/feedback/a1_tiny/ada")
    }
    assert len(own) == 6
    assert [n for n, t in own.items() if "bob" in t.lower() or "href" in t] == []


def test_feedback_does_not_say_whose_work_is_the_same(files, make_entry):
    rendered = files(make_entry("p", "ada", identical_to="bob"))

    said = [n for n, t in rendered.items() if "feedback/" in n and "bob" in t]
    assert said == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hidden_check_shows_no_output_and_no_cause(make_entry, language):
    entry = make_entry("pf", changes={1: {"output": "SECRET"}})

    texts = [student_page(entry, language), plain_text(entry, language)]

    assert not any("SECRET" in text for text in texts)


def words(text):
    """The words of a text, whatever stands between them."""
    return set(re.findall(r"\w+", text))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_form_of_feedback_says_the_same(entry_saying, language):
    entry = entry_saying("said")
    markdown = words(feedback(entry.report, language, entry.score)) - {"text", "python"}

    missing = [
        markdown - words(text)
        for text in (
            Page(student_page(entry, language)).text,
            plain_text(entry, language),
        )
    ]

    assert missing == [set(), set()]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_of_a_student_names_its_language(make_entry, language):
    tag = {"en": "en", "zh": "zh-Hans"}[language]

    assert f'<html lang="{tag}">' in student_page(make_entry("p"), language)


def test_class_page_links_every_student(files, make_entry):
    rendered = files(make_entry("p", "ada"), make_entry("f", "bob"))

    page = Page(rendered["site/a1_tiny.html"])
    linked = {
        value for tag, name, value in page.attributes if (tag, name) == ("a", "href")
    }
    there = {name.removeprefix("site/") for name in rendered}
    assert {link for link in linked if not link.startswith("#")} <= there
    assert {f"feedback/a1_tiny/{name}.html" for name in ("ada", "bob")} <= linked


def test_ids_of_a_page_are_its_own(files, make_entry):
    page = Page(files(*[make_entry("pfr"), make_entry("ppf")] * 6)["site/a1_tiny.html"])

    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_class_without_a_single_score_has_its_page(files, make_entry):
    page = Page(files(make_entry("e"))["site/a1_tiny.html"])

    assert "1 on our side" in page.text


def test_class_page_says_the_most_memory_of_each_check(files, make_entry):
    entry = make_entry(
        "pp", changes={0: {"peak_bytes": 300 << 20}, 1: {"peak_bytes": 471 << 20}}
    )

    lines = Page(files(entry)["site/a1_tiny.html"]).text.split("\n")

    assert (lines.count("300"), lines.count("471")) == (1, 2)


def test_class_page_says_no_memory_where_none_is_known(files, make_entry):
    text = files(make_entry("p"))["site/a1_tiny.html"]

    assert "most of a worker" not in text


@pytest.fixture(scope="module")
def in_chinese(run, make_entry):
    """The Chinese pages of a class that has something of everything."""
    cause = Cause(mistakes=("m",), hint="it is 1", hint_zh="是 1", agreed=1, of=1)
    verdicts = (Verdict.PASSED, Verdict.FAILED)
    changes = {
        0: {"cause": cause, "peak_bytes": 1 << 30},
        1: {"verdicts": verdicts},
    }
    entries = [
        make_entry(letters, f"s{n}", name="甲", late_seconds=9.0, changes=changes)
        for n, letters in enumerate(["ffe", "ppt", "npr", "fnp"] * 5)
    ]
    bank = {
        ("a1_tiny", "m"): Mistake(
            name="m", part="p", old="1", new="2", hint="", hint_zh=""
        )
    }
    files = dict(site(run, [*entries, make_entry("nnn")], bank, "zh"))
    return {
        name: Page(files[f"site/{name}"]) for name in ("index.html", "a1_tiny.html")
    }


KNOWN = {
    *("a1_tiny", "ada", "feedback", "MiB", "p", "m", "it", "is", "grade", "repeat"),
    *("full", *(f"s{n}" for n in range(20))),
}
"""Names and terms, which are the same in every language."""
READ = ("aria-label", "placeholder", "title", "alt", "data-said")


@pytest.mark.parametrize("name", ["index.html", "a1_tiny.html"])
def test_chinese_page_has_no_word_of_another_language(in_chinese, name):
    page = in_chinese[name]

    attributes = [value for _, name, value in page.attributes if name in READ]
    said = "\n".join([page.text, *attributes]).replace("{shown} / {total}", "")
    assert set(re.findall(r"[A-Za-z_]\w*", said)) - KNOWN == set()


def test_chinese_page_names_its_language(in_chinese):
    assert ("html", "lang", "zh-Hans") in in_chinese["a1_tiny.html"].attributes


def test_charts_of_a_chinese_page_have_their_axes_in_chinese(in_chinese):
    lines = in_chinese["a1_tiny.html"].text.split("\n")

    assert {"分数", "提交数", "通过率", "区分度", "秒", "中位数"} <= set(lines)


def test_chinese_page_leads_to_chinese_feedback(in_chinese):
    links = [value for _, name, value in in_chinese["a1_tiny.html"].attributes]

    assert "feedback/a1_tiny/s0.zh.html" in links
    assert "feedback/a1_tiny/s0.html" not in links


def test_assignment_without_points_has_its_page(files, make_entry):
    page = Page(files(make_entry(""))["site/a1_tiny.html"])

    assert "a1_tiny" in page.text


def test_template_with_an_unknown_name_is_refused(tmp_path):
    template = tmp_path / "t.html"
    template.write_text("{{ missing }}", encoding="utf-8")

    with pytest.raises(UndefinedError, match="missing"):
        filled(template)


RENDER = """
import hashlib, sys
sys.path.insert(0, {folder!r})
import runpy
made = runpy.run_path({conftest!r})
make = made["make_entry"].__wrapped__()
run = made["run"].__wrapped__()
from autograder.site.writing import site
entries = [make("pfrnte", f"s{{n}}") for n in range(4)] * 3
total = hashlib.sha256()
for name, text in site(run, entries, {{}}):
    total.update(f"{{name}} {{text}}".encode())
print(total.hexdigest())
"""


def test_same_gradebook_gives_the_same_bytes():
    code = RENDER.format(
        folder=str(Path(__file__).parent),
        conftest=str(Path(__file__).with_name("conftest.py")),
    )

    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1
