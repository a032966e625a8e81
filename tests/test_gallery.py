"""The README shows what a student reads, word for word."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PIECE = re.compile(r"<!-- (tests/\S+\.py) -->\n```text\n(.*?)```", re.DOTALL)
SHOWN = dict(PIECE.findall(README))


def test_gallery_shows_three_wrong_submissions():
    assert len(SHOWN) == 3


@pytest.mark.parametrize("piece", SHOWN, ids=lambda piece: Path(piece).stem)
def test_message_in_the_readme_is_what_a_student_reads(piece, tmp_path):
    shutil.copy(ROOT / piece, tmp_path / "collator.py")

    asked = ["assignments/a2_collator", "--lang=en", f"--submission={tmp_path}"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *asked, "-p", "no:cacheprovider"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert f"_\n{SHOWN[piece]}" in run.stdout
