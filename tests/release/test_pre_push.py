"""The hook `pre-push`, called by git itself between two repositories on this disk."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HOOK = Path(__file__).parent.parent.parent / "autograder" / "release" / "pre-push"
# Nothing of this machine's own configuration takes part.
ENVIRONMENT = os.environ | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "x" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "x@y" for who in ("AUTHOR", "COMMITTER")},
}


class Course:
    """A clone with the hook, and the remotes `public` and `private`."""

    def __init__(self, folder):
        self.folder = folder / "course"
        self.public = folder / "public.git"
        for remote in ("public", "private"):
            self.git("init", "--quiet", "--bare", f"{folder / remote}.git", at=folder)
        self.git("init", "--quiet", "-b", "main", self.folder, at=folder)
        for remote in ("public", "private"):
            self.git("remote", "add", remote, f"{folder / remote}.git")
        shutil.copy(HOOK, self.folder / ".git" / "hooks" / "pre-push")

    def git(self, *arguments, at=None):
        done = self.tried(*arguments, at=at)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tried(self, *arguments, at=None):
        return subprocess.run(
            ["git", *map(str, arguments)],  # noqa: S607 - whichever is there
            cwd=at or self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def commit(self, *names):
        """Commit files of these names; return the commit's id."""
        for name in names:
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{name}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def branches(self):
        """Branches and tags that the public remote has."""
        return self.git("for-each-ref", "--format=%(refname:short)", at=self.public)


@pytest.fixture
def unguarded(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def course(unguarded):
    """A course whose remote `public` is guarded, with one commit that may be public."""
    unguarded.git("config", "--add", "autograder.public", "public")
    unguarded.commit("assignments/README.md")
    return unguarded


def refusal(commit, path):
    return f"public, which is public: commit {commit} has {path}"


def test_assignments_are_pushed_to_a_public_remote(course):
    done = course.tried("push", "public", "main")

    assert done.returncode == 0, done.stderr
    assert course.branches() == "main"


@pytest.mark.parametrize(
    "path",
    [
        "solutions/a1/adder.py",
        "tests/submissions/a1/correct.py",
        "course/solutions/release.toml",
    ],
)
def test_private_path_is_refused_with_its_commit(course, path):
    commit = course.commit(path)

    done = course.tried("push", "public", "main")

    assert done.returncode != 0
    assert refusal(commit, path) in done.stderr
    assert course.branches() == ""


def test_private_path_is_refused_whatever_letters_are_in_it(course):
    commit = course.commit('solutions/作业 "1".py')

    done = course.tried("push", "public", "main")

    assert f"commit {commit} has " in done.stderr
    assert course.branches() == ""


def test_commit_whose_successor_takes_it_out_is_refused(course):
    commit = course.commit("solutions/a.py")
    course.git("rm", "--quiet", "solutions/a.py")
    course.commit("assignments/a.py")

    done = course.tried("push", "public", "main")

    assert refusal(commit, "solutions/a.py") in done.stderr


def test_commit_on_a_merged_branch_is_refused(course):
    course.git("checkout", "--quiet", "-b", "side")
    commit = course.commit("solutions/a.py")
    course.git("rm", "--quiet", "solutions/a.py")
    course.commit()
    course.git("checkout", "--quiet", "main")
    course.commit("assignments/b.py")
    course.git("merge", "--quiet", "--no-edit", "side")

    done = course.tried("push", "public", "main")

    assert refusal(commit, "solutions/a.py") in done.stderr


def test_commit_on_top_of_what_the_remote_has_is_refused(course):
    course.git("push", "--quiet", "public", "main")
    commit = course.commit("solutions/a.py")

    done = course.tried("push", "public", "main")

    assert refusal(commit, "solutions/a.py") in done.stderr


def test_commit_that_the_remote_has_is_not_looked_at_again(course):
    course.commit("solutions/a.py")
    course.git("push", "--quiet", "--no-verify", "public", "main")
    course.git("rm", "--quiet", "solutions/a.py")
    course.commit("assignments/a.py")

    done = course.tried("push", "public", "main")

    assert done.returncode == 0, done.stderr


def test_one_private_branch_among_others_stops_all(course):
    course.git("branch", "clean")
    course.commit("solutions/a.py")

    course.tried("push", "public", "clean", "main")

    assert course.branches() == ""


def test_tag_of_a_private_commit_is_refused(course):
    commit = course.commit("solutions/a.py")
    course.git("tag", "-a", "v1", "-m", "x")

    done = course.tried("push", "public", "v1")

    assert refusal(commit, "solutions/a.py") in done.stderr


def test_tag_of_a_file_is_refused(course):
    course.commit("solutions/a.py")
    course.git("tag", "file", "HEAD:solutions/a.py")

    done = course.tried("push", "public", "file")

    assert "is no commit" in done.stderr
    assert course.branches() == ""


def test_commit_that_is_named_by_words_is_pushed_if_it_may_be(course):
    course.git("commit", "--allow-empty", "-m", "two words")

    done = course.tried("push", "public", "HEAD^{/two words}:refs/heads/main")

    assert done.returncode == 0, done.stderr


def test_commit_that_was_cleaned_up_over_there_is_refused_again(course):
    """The clone still remembers the remote's branch as it was before."""
    commit = course.commit("solutions/a.py")
    course.git("push", "--quiet", "--no-verify", "public", "main:old")
    course.git("branch", "-D", "old", at=course.public)

    done = course.tried("push", "public", "main")

    assert refusal(commit, "solutions/a.py") in done.stderr


def test_replacement_does_not_hide_a_commit(course):
    clean = course.git("rev-parse", "HEAD")
    commit = course.commit("solutions/a.py")
    course.git("replace", commit, clean)

    done = course.tried("push", "public", "main")

    assert refusal(commit, "solutions/a.py") in done.stderr


def test_address_of_a_public_remote_is_guarded_as_its_name_is(course):
    commit = course.commit("solutions/a.py")

    done = course.tried("push", course.public, "main")

    assert f"commit {commit} has solutions/a.py" in done.stderr
    assert course.branches() == ""


def test_address_can_be_named_public(unguarded):
    unguarded.git("config", "autograder.public", unguarded.public)
    unguarded.commit("solutions/a.py")

    done = unguarded.tried("push", "public", "main")

    assert "has solutions/a.py" in done.stderr


def test_every_remote_that_is_named_is_guarded(course):
    course.git("config", "--add", "autograder.public", "private")
    course.commit("solutions/a.py")

    done = [course.tried("push", name, "main") for name in ("public", "private")]

    assert all("has solutions/a.py" in one.stderr for one in done)


def test_other_remote_is_not_guarded(course):
    course.commit("solutions/a.py")

    done = course.tried("push", "private", "main")

    assert done.returncode == 0, done.stderr
    assert "autograder" not in done.stderr


def test_branch_is_deleted_on_a_public_remote(course):
    course.git("push", "--quiet", "public", "main:old")
    course.commit("solutions/a.py")

    done = course.tried("push", "public", "--delete", "old")

    assert done.returncode == 0, done.stderr
    assert course.branches() == ""


def test_branch_that_the_clone_never_saw_is_deleted_on_a_public_remote(course):
    course.git("push", "--quiet", "public", "main")
    tree = course.git("rev-parse", "main^{tree}", at=course.public)
    other = course.git("commit-tree", tree, "-m", "y", at=course.public)
    course.git("update-ref", "refs/heads/other", other, at=course.public)

    done = course.tried("push", "public", "--delete", "other")

    assert done.returncode == 0, done.stderr
    assert course.branches() == "main"


def test_hook_that_guards_no_remote_says_so(unguarded):
    unguarded.commit("solutions/a.py")

    done = unguarded.tried("push", "public", "main")

    assert done.returncode == 0
    assert "autograder: no remote is guarded" in done.stderr


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="there is no shellcheck")
def test_hook_is_plain_posix_shell():
    done = subprocess.run(
        ["shellcheck", "--shell=sh", "--norc", HOOK],  # noqa: S607 - whichever is there
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout == ""


def test_hook_may_be_executed():
    assert os.access(HOOK, os.X_OK)
