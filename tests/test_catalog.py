import pytest

from autograder.catalog import read_catalog
from autograder.errors import CatalogError, UsageError
from autograder.model import Visibility
from autograder.rules import Rules

CHECK = """
import pytest
@pytest.mark.points({points})
def test_{name}(submission):
    {doc}
"""


def check(name="x", points="1", doc='"""X."""'):
    return CHECK.format(name=name, points=points, doc=doc)


def test_catalog_reads_what_an_assignment_declares(tiny):
    assert (tiny.id, tiny.title, tiny.title_zh) == ("a1_tiny", "Sums", "求和")
    assert (tiny.parts, tiny.profile, tiny.forbidden) == (
        ("adder",),
        "torch",
        ("numpy",),
    )
    assert (tiny.limits.seconds, tiny.limits.processes) == (2, 0)


def test_catalog_reads_checks_in_order_and_public_ones_first(tiny):
    told = [(c.id, c.points, c.visibility, c.lesson.en) for c in tiny.checks]

    public, hidden = Visibility.PUBLIC, Visibility.HIDDEN
    assert told == [
        ("adder/test_adds_small_numbers", 1, public, "One and two are three."),
        ("adder/test_adds_anything", 2, hidden, "Sums are right for all numbers."),
        ("adder/test_doubles", 3, hidden, "Twice is twice."),
    ]


def test_assignment_of_one_part_has_the_checks_of_that_part(write_catalog, tmp_path):
    settings = 'title = "x"\ntitle_zh = "x"\nparts = ["adder", "other"]\n'
    files = {
        "{id}/assignment.toml": settings + 'profile = "torch"\n',
        "{id}/other.py": "x = 1\n",
        "{id}/public/test_other.py": check(),
    }
    both = write_catalog(tmp_path, **files)["a1_tiny"]

    one = both.only("other")

    assert (one.parts, one.given) == (("other",), ("adder",))
    assert [check.id for check in one.checks] == ["other/test_x"]


def test_checks_title_is_its_name_as_a_sentence(tiny):
    assert tiny.checks[0].title.en == "adds small numbers"


def test_catalog_reads_a_published_folder(tmp_path):
    text = (
        'title="t"\ntitle_zh="t"\nparts=["adder"]\nprofile="torch"\nhidden_points=7\n'
    )
    folder = tmp_path / "a1_tiny"
    folder.mkdir()
    (folder / "assignment.toml").write_text(text)
    (folder / "test_adder.py").write_text(check())

    [assignment] = read_catalog(tmp_path)

    assert assignment.hidden_points == 7
    assert [c.visibility for c in assignment.checks] == [Visibility.PUBLIC]


def test_catalog_orders_by_number_and_not_by_text(write_catalog, tmp_path):
    for name in ("a10_x", "a2_x", "a1_x"):
        found = write_catalog(tmp_path, name)

    assert list(found.assignments) == ["a1_x", "a2_x", "a10_x"]


def test_catalog_passes_over_folders_without_settings(write_catalog, tmp_path):
    (tmp_path / "__pycache__").mkdir()

    assert list(write_catalog(tmp_path).assignments) == ["a1_tiny"]


def test_catalog_never_runs_a_check(write_catalog, tmp_path):
    changed = {"{id}/public/test_adder.py": f"{check()}\nraise SystemExit\n"}

    assert write_catalog(tmp_path, **changed)["a1_tiny"].checks


def test_unknown_assignment_names_the_known_ones(catalog):
    with pytest.raises(UsageError, match=r"no assignment 'a9_x' .*: a1_tiny"):
        catalog["a9_x"]


def test_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"no folder .*missing"):
        read_catalog(tmp_path / "missing")


SETTINGS = 'title="t"\ntitle_zh="t"\nparts=["adder"]\nprofile="torch"\n'


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param("title=", "assignment.toml", id="not_toml"),
        pytest.param('title="t"', "parts", id="no_parts"),
        pytest.param(SETTINGS.replace("torch", "jax"), "'jax', expected", id="profile"),
        pytest.param(f"{SETTINGS}colour=1", "unknown setting 'colour'", id="unknown"),
        pytest.param(f"{SETTINGS}devices=['tpu']", "'tpu', expected", id="device"),
        pytest.param(f"{SETTINGS}[imports]\ndeny=[]", "'deny'", id="unknown_import"),
        pytest.param(f"{SETTINGS}[limits]\nhours=1", "hours", id="unknown_limit"),
        pytest.param(
            f"{SETTINGS}[score]\nextra_credit=['test_x']",
            "assignment.toml.*no check 'test_x'.*adder/test_adds_anything",
            id="rule_of_no_check",
        ),
    ],
)
def test_malformed_settings_are_named(write_catalog, tmp_path, settings, said):
    with pytest.raises(CatalogError, match=said):
        write_catalog(tmp_path, **{"{id}/assignment.toml": settings})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param(check(doc="pass"), "test_x has no docstring", id="docstring"),
        pytest.param(check(points="0"), "test_x has no points", id="zero"),
        pytest.param(check(points="-1"), "test_x has no points", id="negative"),
        pytest.param(check(points="1.5"), "test_x has no points", id="fraction"),
        pytest.param(check(points="True"), "test_x has no points", id="bool"),
        pytest.param(check(points="'1'"), "test_x has no points", id="text"),
        pytest.param(check(points="N"), "test_x has no points", id="variable"),
        pytest.param(check() * 2, "two checks are named 'adder/test_x'", id="doubled"),
        pytest.param(check("doubles"), "adder/test_doubles", id="doubled_in_hidden"),
    ],
)
def test_malformed_check_is_named(write_catalog, tmp_path, source, said):
    with pytest.raises(CatalogError, match=said):
        write_catalog(tmp_path, **{"{id}/public/test_adder.py": source})


@pytest.mark.parametrize("name", ["tiny", "a_tiny", "a1tiny", "A1_tiny", "a1_Tiny"])
def test_folder_that_is_misnamed_is_named(write_catalog, tmp_path, name):
    with pytest.raises(CatalogError, match=f"got '{name}'"):
        write_catalog(tmp_path, name)


@pytest.mark.parametrize("line", ['secret = "open"', 'name = "test-release"'])
def test_release_needs_its_name_and_its_secret(write_catalog, tmp_path, line):
    found = write_catalog(tmp_path, **{"release.toml": f"{line}\n"})

    with pytest.raises(CatalogError, match=r"release\.toml: no '(name|secret)'"):
        found.release  # noqa: B018 - reading it is the test


def test_release_that_is_not_there_is_named(write_catalog, tmp_path):
    found = write_catalog(tmp_path)
    (tmp_path / "release.toml").unlink()

    with pytest.raises(CatalogError, match=r"there is no .*release\.toml"):
        found.release  # noqa: B018 - reading it is the test


def test_secret_of_a_release_is_not_in_its_repr(catalog):
    assert "open" not in repr(catalog.release)


def test_seed_differs_for_every_check(catalog, tiny):
    seeds = {catalog.release.seed(tiny, check) for check in tiny.checks}

    assert len(seeds) == len(tiny.checks)


def test_rules_of_the_score_are_read(write_catalog, tmp_path):
    settings = f"{SETTINGS}[score]\ncap = 5\n"

    catalog = write_catalog(tmp_path, **{"{id}/assignment.toml": settings})

    assert catalog["a1_tiny"].rules == Rules(cap=5)


def test_assignment_with_rules_can_be_a_key(write_catalog, tmp_path):
    settings = f"{SETTINGS}[score]\ncaps = {{ adder = 5 }}\n"

    catalog = write_catalog(tmp_path, **{"{id}/assignment.toml": settings})

    assert {catalog["a1_tiny"]: 1}[catalog["a1_tiny"]] == 1


@pytest.mark.parametrize(
    ("devices", "expected"), [("", "cpu"), ("devices=['cuda']\n", "cuda")]
)
def test_assignment_is_graded_on_a_device_that_it_declares(
    write_catalog, tmp_path, devices, expected
):
    catalog = write_catalog(tmp_path, **{"{id}/assignment.toml": SETTINGS + devices})

    assert catalog["a1_tiny"].device == "cpu"
    assert catalog.on("cuda")["a1_tiny"].device == expected
