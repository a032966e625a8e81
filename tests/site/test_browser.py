"""The site in a real browser, opened from a file."""

import shutil

import pytest

from autograder.gradebook.outputs import write
from autograder.kit.failures import Sentence
from autograder.message import Message
from autograder.site.writing import site

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium installed")

OWN = "document.title='owned'"
HOSTILE = f'<script>{OWN}</script><img src=x onerror="{OWN}">'


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        # As root there is no sandbox for it; what it opens is our own.
        yield playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_entry, run):
    """Write a site of three students, one of them hostile."""
    message = Message(headline=Sentence("{name}", {"name": HOSTILE}), says=(HOSTILE,))
    entries = [
        make_entry("ppp", "ada", name="Ada"),
        make_entry("pff", "bob", name="Bob"),
        make_entry("ffp", "eve", name=HOSTILE, changes={0: {"message": message}}),
    ]
    folder = tmp_path_factory.mktemp("graded")
    write(folder, site(run, entries, {}))
    return folder / "site"


@pytest.fixture
def opened(browser, folder):
    """Open a page; note what it asks for and what the browser complains of."""
    contexts = []

    def open_page(name, folder=folder, **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda line: page.complaints.append(line.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto((folder / name).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


NAMES = ["index.html", "a1_tiny.html", "feedback/a1_tiny/eve.html"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_submission_runs(opened, name):
    page = opened(name)

    page.wait_for_timeout(100)
    assert page.title() != "owned"
    assert page.complaints == []
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_page_asks_for_its_own_files_alone(opened, folder, name):
    page = opened(name)

    own = {(folder / file).as_uri() for file in (name, "site.css", "site.js")}
    assert set(page.asked) <= own


@pytest.mark.parametrize("name", NAMES)
def test_policy_stops_a_script_that_gets_into_a_page(opened, folder, tmp_path, name):
    copied = shutil.copytree(folder, tmp_path / "copied")
    text = (copied / name).read_text(encoding="utf-8")
    text = text.replace("<main", f"{HOSTILE}<main", 1)
    (copied / name).write_text(text, encoding="utf-8")

    page = opened(name, copied)

    assert page.title() != "owned"
    assert any("Content Security Policy" in line for line in page.complaints)


def test_script_that_gets_into_a_page_without_policy_runs(opened, tmp_path):
    """The control: the browser of these tests does run scripts."""
    (tmp_path / "bare.html").write_text(HOSTILE, encoding="utf-8")

    page = opened("bare.html", tmp_path)

    page.wait_for_function("document.title === 'owned'")


def test_search_shows_the_rows_that_hold_every_word(opened):
    page = opened("a1_tiny.html")

    page.get_by_label("Search").fill("bOB")

    assert page.locator("#students-table tbody tr:visible").count() == 1
    assert page.locator("output").inner_text() == "1 of 3"


def test_search_of_a_chinese_page_counts_in_chinese(opened, tmp_path, make_entry, run):
    write(
        tmp_path, site(run, [make_entry("p", "ada"), make_entry("p", "bob")], {}, "zh")
    )
    page = opened("a1_tiny.html", tmp_path / "site")

    page.get_by_label("搜索").fill("bob")

    assert page.locator("output").inner_text() == "1 / 2"


def test_table_is_sorted_by_keyboard(opened):
    page = opened("a1_tiny.html")
    heading = page.locator("#students-table").get_by_role("button", name="Score")

    heading.focus()
    page.keyboard.press("Enter")

    first = page.locator("#students-table tbody tr").first
    assert first.locator("td").first.inner_text() in ("bob", "eve")
    assert heading.locator("..").get_attribute("aria-sort") == "ascending"


def test_page_is_whole_without_scripts(opened):
    page = opened("a1_tiny.html", java_script_enabled=False)

    assert page.locator("#students-table tbody tr:visible").count() == 3
    assert page.locator("input").is_hidden()


@pytest.mark.parametrize("name", NAMES)
def test_phone_does_not_scroll_sideways(opened, name):
    page = opened(name, viewport={"width": 360, "height": 700})

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


CONTRAST = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((c) => {
      const s = c / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      const [, , , alpha = 1] = parts(colour);
      if (alpha === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const bad = [];
  for (const element of document.querySelectorAll("body :not(title)")) {
    const has = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!has) continue;
    const svg = element instanceof SVGElement;
    const style = getComputedStyle(element);
    const [a, b] = [light(svg ? style.fill : style.color), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push([element.tagName, element.textContent.trim(), ratio]);
  }
  return bad;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_text_has_the_contrast_that_readers_need(opened, name, scheme):
    page = opened(name, color_scheme=scheme)

    assert page.evaluate(CONTRAST) == []


def test_page_follows_the_colours_that_a_reader_prefers(opened):
    grounds = {
        opened("a1_tiny.html", color_scheme=scheme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }

    assert len(grounds) == 2
