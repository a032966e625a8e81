from dataclasses import replace

import pytest

from autograder.catalog import Release, read_catalog
from autograder.provenance import checks_digest, provenance


@pytest.fixture
def rewritten(write_catalog, tmp_path):
    """Write a file of the small assignment anew and read the assignment again."""
    write_catalog(tmp_path)

    def rewrite(name, text):
        (tmp_path / "a1_tiny" / name).write_text(text)
        return read_catalog(tmp_path)["a1_tiny"]

    return rewrite


@pytest.mark.parametrize("name", ["adder.py", "probes.py"])
def test_checks_digest_changes_with_what_checks_are_made_of(tiny, rewritten, name):
    changed = rewritten(name, "x = 1\n")

    assert checks_digest(changed) != checks_digest(tiny)


@pytest.mark.parametrize("name", ["mistakes.py", "handout.md"])
def test_checks_digest_stays_when_no_verdict_can_change(tiny, rewritten, name):
    changed = rewritten(name, "x = 1\n")

    assert checks_digest(changed) == checks_digest(tiny)


def test_checks_digest_changes_with_the_limits(tiny):
    changed = replace(tiny, limits=replace(tiny.limits, seconds=99))

    assert checks_digest(changed) != checks_digest(tiny)


def test_provenance_holds_a_digest_of_the_secret_and_not_the_secret(tiny):
    found, other = (
        provenance(tiny, Release(name="r", secret=secret))
        for secret in ("hush", "hush!")
    )

    assert "hush" not in repr(found)
    assert found.seed_digest != other.seed_digest
