"""The command line as it is typed: what it prints and how it exits."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def autograder(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def course(write_catalog, tmp_path):
    write_catalog(tmp_path / "solutions")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        *("", "grade", "report", "similarity", "diff", "override"),
        *("verify", "release", "bundle", "pack"),
    ],
)
def test_help_is_printed(command, tmp_path):
    done = autograder(*command.split(), "--help", cwd=tmp_path)

    assert done.returncode == 0
    assert done.stdout.startswith("usage: autograder")


def test_help_needs_no_heavy_library():
    code = (
        "import sys\nfrom autograder.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "assert not {'torch', 'hypothesis', 'pytest', 'rich'} & sys.modules.keys()\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param("", "required: COMMAND", id="no_command"),
        pytest.param("gradee x", "'gradee'", id="unknown_command"),
        pytest.param("grade", "required: PATH", id="no_path"),
        pytest.param("grade x --jobs 0", "'0'", id="no_jobs"),
        pytest.param("grade x --jobs many", "'many'", id="jobs_of_text"),
        pytest.param("grade missing", "missing", id="missing_path"),
        pytest.param("grade . --assignment a9_x", "'a9_x'", id="unknown_assignment"),
        pytest.param("grade empty", "adder.py", id="nothing_handed_in"),
        pytest.param("grade . --solutions gone", "gone", id="no_solutions"),
        pytest.param("grade . --layout x", "'x'", id="unknown_layout"),
        pytest.param("grade . --due 2026-11-30", "'2026-11-30'", id="due_without_zone"),
        pytest.param("grade . --roster gone.csv", "gone.csv", id="no_roster"),
        pytest.param("grade x --executor ray", "'ray'", id="unknown_executor"),
        pytest.param("grade x --slurm mem=4x", "'mem=4x'", id="wrong_for_slurm"),
        pytest.param("grade x --slurm mem=4G", "mem=4G", id="slurm_is_not_used"),
        pytest.param("grade . --device tpu", "'tpu'", id="unknown_device"),
        pytest.param("pack gone", "gone", id="nothing_to_pack"),
        pytest.param("grade empty --only x", "got 'x'", id="unknown_selection"),
        pytest.param("grade x --policy gone.toml", "gone.toml", id="missing_policy"),
        pytest.param("report empty", "no gradebook.sqlite", id="no_gradebook"),
        pytest.param("report empty --format pdf", "'pdf'", id="unknown_format"),
        pytest.param("diff 1 2 --out empty", "no gradebook.sqlite", id="no_runs"),
        pytest.param("override empty --points 1", "--student", id="no_student"),
        pytest.param("verify a9_x", "'a9_x'", id="unknown_to_verify"),
    ],
)
def test_wrong_use_exits_with_2_and_names_the_value(course, arguments, said):
    (course / "empty").mkdir()

    done = autograder(*arguments.split(), cwd=course)

    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_grading_on_slurm_where_there_is_none_names_its_programs(course):
    (course / "alice.py").write_text("x = 1\n")

    done = autograder(
        "grade",
        "alice.py",
        "--assignment",
        "a1_tiny",
        "--executor",
        "slurm",
        cwd=course,
        PATH="",
    )

    assert done.returncode == 2
    assert "there is no sbatch, srun, squeue, scancel" in done.stderr


def test_wrong_use_outside_of_a_course_names_the_way_out(tmp_path):
    done = autograder("verify", cwd=tmp_path)

    assert done.returncode == 2
    assert "--solutions DIR" in done.stderr


def test_malformed_assignment_exits_with_2_and_names_it(course):
    (course / "solutions" / "a1_tiny" / "assignment.toml").write_text("title = 1\n")

    done = autograder("release", cwd=course)

    assert done.returncode == 2
    assert "assignment.toml" in done.stderr


def test_stale_release_exits_with_1_and_names_the_file(course):
    assert autograder("release", cwd=course).returncode == 0
    (course / "assignments" / "a1_tiny" / "adder.py").write_text("stale\n")

    done = autograder("release", "--check", cwd=course)

    assert done.returncode == 1
    assert "a1_tiny/adder.py" in done.stderr


def test_fresh_release_exits_with_0(course):
    autograder("release", cwd=course)

    done = autograder("release", "--check", cwd=course)

    assert done.returncode == 0
    assert done.stderr == ""


@pytest.fixture
def closed(course):
    """A course whose secret is no word of the engine's."""
    text = 'name = "2026-test"\nsecret = "5b1f0c0e7d"\n'
    (course / "solutions" / "release.toml").write_text(text)
    return course


def test_release_for_students_is_written_beside_the_assignments(closed):
    done = autograder("release", "--out", "build/release", cwd=closed)

    assert done.returncode == 0, done.stderr
    assert (closed / "assignments" / "a1_tiny" / "adder.py").is_file()
    assert sorted(file.name for file in (closed / "build" / "release").iterdir()) == [
        *("release.json", "student", "student.zip")
    ]


def test_release_for_students_is_checked_with_the_assignments(closed):
    autograder("release", "--out", "out", cwd=closed)
    (closed / "out" / "student.zip").write_bytes(b"stale")

    done = autograder("release", "--check", "--out", "out", cwd=closed)

    assert done.returncode == 1
    assert (
        "stale in out: student.zip; run `autograder release --out out`" in done.stderr
    )


def test_release_that_gives_something_away_is_not_put_in_place(course):
    # The engine has this word, and no assignment has it.
    text = 'name = "2026-test"\nsecret = "argparse"\n'
    (course / "solutions" / "release.toml").write_text(text)

    done = autograder("release", "--out", "out", cwd=course)

    assert done.returncode == 1
    assert "\nstudent/autograder/arguments.py: the release's secret" in done.stderr
    assert [file.name for file in course.iterdir()] == ["solutions"]


@pytest.mark.parametrize("out", ["assignments", "assignments/release"])
def test_folder_of_the_assignments_is_no_place_for_a_release(closed, out):
    done = autograder("release", "--out", out, cwd=closed)

    assert done.returncode == 2
    assert f"{out} lies in {closed / 'assignments'}" in done.stderr
    assert not (closed / "assignments").exists()


def test_folder_of_something_else_is_no_place_for_a_release(closed):
    (closed / "thesis").mkdir()
    (closed / "thesis" / "main.tex").write_text("mine")

    done = autograder("release", "--out", "thesis", cwd=closed)

    assert done.returncode == 2
    assert f"{closed / 'thesis'} is neither empty nor a release" in done.stderr


@pytest.fixture(scope="module")
def graded(write_catalog, tmp_path_factory):
    """A class of three, graded by the command."""
    course = tmp_path_factory.mktemp("course")
    catalog = write_catalog(course / "solutions")
    right = catalog["a1_tiny"].module_file("adder").read_text()
    for name, source in {
        "alice": right,
        "=bob": right.replace("a + b", "print('\x1b[31m') or a - b"),
    }.items():
        folder = course / "handed_in" / name
        folder.mkdir(parents=True)
        (folder / "adder.py").write_text(source)
    (course / "handed_in" / "carol").mkdir()
    asked = ["--out", "out", "--jobs", "1", "--durations", "2"]
    done = autograder("grade", "handed_in", *asked, cwd=course)
    return course, done


def test_grade_exits_with_0_and_says_where_results_are(graded):
    _, done = graded

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(
        "gradebook, reports and feedback: out\nto look at: out/site/index.html\n"
    )


def test_grade_writes_the_site(graded):
    course, _ = graded

    page = (course / "out" / "site" / "a1_tiny.html").read_text()

    assert "feedback/a1_tiny/alice.html" in page


def test_similarity_names_the_pages_and_decides_nothing(graded):
    course, _ = graded
    asked = ("similarity", "handed_in", "--out", "similar")

    done = autograder(*asked, cwd=course)

    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "a1_tiny: 2 submissions compared\n"
        "to look at; nothing is decided: similar/index.html\n"
    )
    assert (course / "similar" / "index.html").is_file()


def test_grade_prints_a_row_for_everybody(graded):
    _, done = graded

    lines = [line.split() for line in done.stdout.splitlines()]
    rows = [words[:4] for words in lines if words and "/" in words[0]]

    assert rows == [
        ["a1_tiny/=bob", "3", "of", "6"],
        ["a1_tiny/alice", "6", "of", "6"],
        ["a1_tiny/carol", "0", "of", "6"],
    ]


def test_grade_says_where_the_time_went(graded):
    _, done = graded

    lines = [line.split() for line in done.stdout.splitlines()]
    begin = lines.index(["seconds", "share", "longest", "check"])

    assert [words[3].partition("/")[0] for words in lines[begin + 1 : begin + 3]] == [
        "a1_tiny"
    ] * 2


def test_grade_prints_no_escape_codes_without_a_terminal(graded):
    course, done = graded
    files = [f for f in (course / "out").rglob("*.*") if f.suffix != ".sqlite"]
    results = [file.read_text() for file in files]

    assert not any("\x1b" in text for text in (done.stdout, done.stderr, *results))


def test_grade_writes_a_gradebook_that_runs_no_formula(graded):
    course, _ = graded

    with (course / "out" / "gradebook.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["submission"] for row in rows] == ["'=bob", "alice", "carol"]
    assert [row["score"] for row in rows] == ["3", "6", "0"]


def test_grade_writes_a_report_and_feedback_for_everybody(graded):
    course, _ = graded

    for name, score in {"alice": 6, "=bob": 3, "carol": 0}.items():
        text = (course / "out" / "reports" / "a1_tiny" / f"{name}.json").read_text()
        assert json.loads(text)["score"] == score
        feedback = course / "out" / "feedback" / "a1_tiny" / f"{name}.md"
        assert feedback.read_text().startswith(f"# a1_tiny: {score} of 6 points\n")


def test_grade_leaves_no_half_written_file(graded):
    course, _ = graded

    assert not list((course / "out").rglob(".*"))


def test_export_is_graded_by_roster(write_catalog, tmp_path):
    catalog = write_catalog(tmp_path / "solutions")
    right = catalog["a1_tiny"].module_file("adder").read_bytes()
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as export:
        export.writestr("doejane_1001_501_adder.py", right)
        export.writestr("adamseve_1009_502_adder.py", right)
    roster = "id,name\ns2,Li Wang\ns1,Jane Doe\n"
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    asked = ("grade", "class.zip", "--roster", "roster.csv", "--out", "out")

    done = autograder(*asked, "--jobs", "1", cwd=tmp_path)

    said = done.stderr.splitlines()[0]
    assert said == "autograder: adamseve_1009 is nobody on the roster"
    reports = (tmp_path / "out" / "reports" / "a1_tiny").glob("*.json")
    scores = {file.stem: json.loads(file.read_text())["score"] for file in reports}
    assert scores == {"s1": 6, "s2": 0, "adamseve_1009": 6}


@pytest.fixture
def book(graded, tmp_path):
    """The gradebook of the class, to be changed by one test alone."""
    course, _ = graded
    shutil.copytree(course / "out", tmp_path / "out")
    return tmp_path


def test_report_writes_every_format_without_grading(book):
    done = autograder("report", "out", cwd=book)

    names = [Path(line).name for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert {"gradebook.csv", "canvas.csv", "junit.xml", "ctrf.json"} <= set(names)


def test_report_writes_the_class_page_in_the_language_asked_for(book):
    autograder("report", "out", "--format", "site", "--lang", "zh", cwd=book)

    assert "区分度" in (book / "out" / "site" / "a1_tiny.html").read_text("utf-8")


def test_report_computes_scores_by_other_rules(book):
    (book / "policy.toml").write_text("[score]\ncap = 4\n")

    autograder("report", "out", "--policy", "policy.toml", cwd=book)

    with (book / "out" / "gradebook.csv").open(newline="") as file:
        scores = [row["score"] for row in csv.DictReader(file)]
    assert scores == ["3", "4", "0"]


def test_override_is_shown_everywhere(book):
    said = ["--student", "alice", "--assignment", "a1_tiny", "--author", "Ms Li"]
    said += ["--points", "5.5", "--reason", "copied a comment"]

    done = autograder("override", "out", *said, cwd=book)

    assert done.returncode == 0, done.stderr
    assert "5.5 of 6" in done.stdout
    for name in ("gradebook.csv", "feedback/a1_tiny/alice.md"):
        assert "Ms Li" in (book / "out" / name).read_text()


def test_diff_of_a_run_with_itself_says_that_nothing_differs(book):
    done = autograder("diff", 1, 1, "--out", "out", cwd=book)

    assert done.stdout == "no score differs between run 1 and run 1\n"


def test_our_fault_exits_with_3(write_catalog, tmp_path):
    broken = (
        "import pytest\n\n\n@pytest.mark.points(1)\n"
        'def test_x(submission):\n    """X."""\n    pytest.skip("no")\n'
    )
    changed = {"{id}/public/test_adder.py": broken, "{id}/hidden/test_adder.py": ""}
    write_catalog(tmp_path / "solutions", **changed)
    (tmp_path / "alice.py").write_text("x = 1\n")

    done = autograder("grade", "alice.py", "--out", "out", cwd=tmp_path)

    assert done.returncode == 3
    assert "1 checks failed on our side" in done.stdout


@pytest.mark.skipif(Path("/dev/nvidiactl").exists(), reason="there is a GPU here")
@pytest.mark.parametrize("command", ["grade adder.py", "verify a1_tiny"])
def test_gpu_that_is_not_there_is_said_before_anything_is_graded(course, command):
    (course / "adder.py").write_text("def add(a, b):\n    return a + b\n")

    done = autograder(*command.split(), "--device", "cuda", cwd=course)

    assert done.returncode == 2
    assert done.stderr == (
        "autograder: --device cuda: no GPU here: there is no /dev/nvidiactl\n"
    )
