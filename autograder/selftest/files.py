"""Which files a worker reaches: its own part and scratch, not the course's."""

from __future__ import annotations

from autograder.selftest.behaviour import FALSE, TRUE, Behaviour, raised, returned

OWN = "return len(open(__file__).read()) > 0"
REFUSED = raised("OSError")
READING = (
    Behaviour(
        name="cannot read the reference",
        act="return len(open(world['reference']).read()) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="reads its own source",
        act=OWN,
        expected=TRUE,
        is_honest=True,
    ),
    Behaviour(
        name="cannot import the reference",
        act="import sys\nfrom pathlib import Path\n"
        "sys.path.insert(0, str(Path(world['reference']).parent))\n"
        "import reference\nreturn reference.ANSWER == 42",
        expected=raised("ImportError", "OSError"),
        tier="standard",
    ),
    Behaviour(
        name="cannot tell whether the reference exists",
        act="import os\nreturn os.path.exists(world['reference'])",
        expected=FALSE,
        tier="full",
    ),
    Behaviour(
        name="cannot list the reference's folder",
        act="import os\nfolder = os.path.dirname(world['reference'])\n"
        "return len(os.listdir(folder)) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot make a link to the reference",
        act="import os\nos.link(world['reference'], 'link')\nreturn True",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot read through a symbolic link",
        act="import os\nos.symlink(world['reference'], 'link')\n"
        "return len(open('link').read()) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot read another submission",
        act="return len(open(world['other']).read()) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot see another submission",
        act="import os\nreturn os.path.exists(world['other'])",
        expected=FALSE,
        tier="full",
    ),
    Behaviour(
        name="cannot list the submissions",
        act="import os\nreturn len(os.listdir(world['submissions'])) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot read the system's users",
        act="return len(open('/etc/passwd').read()) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot list the root",
        act="import os\nreturn 'etc' in os.listdir('/')",
        expected=REFUSED,
        tier="standard",
    ),
)
WRITING = (
    Behaviour(
        name="cannot write outside its scratch folder",
        act="open(world['outside'] + '/new', 'w').close()\nreturn True",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot make a folder outside its scratch folder",
        act="import os\nos.mkdir(world['outside'] + '/folder')\nreturn True",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot remove its own source",
        act="import os\nos.unlink(__file__)\nreturn True",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot write beside its own source",
        act="import os\nopen(os.path.dirname(__file__) + '/new', 'w').close()\n"
        "return True",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot write into an installed library",
        act="import os, torch\n"
        "open(os.path.dirname(torch.__file__) + '/version.py', 'a').close()\n"
        "return True",
        expected=REFUSED,
        control="import os, torch\n"
        "return len(open(os.path.dirname(torch.__file__) + '/version.py').read()) > 0",
        tier="standard",
    ),
    Behaviour(
        name="cannot leave anything in shared memory",
        act="open('/dev/shm/autograder-self-test', 'w').close()\nreturn True",
        expected=REFUSED,
        control="open('autograder-self-test', 'w').close()\nreturn True",
        tier="standard",
    ),
    Behaviour(
        name="temporary files work",
        act="import tempfile\n"
        "with tempfile.TemporaryFile('w+') as file:\n"
        "    file.write('kept')\n    file.seek(0)\n    return file.read()",
        expected=returned("kept"),
        is_honest=True,
    ),
    Behaviour(
        name="folders can be made, moved and removed in the scratch folder",
        act="import os, shutil\nos.makedirs('a/b')\nos.rename('a/b', 'c')\n"
        "shutil.rmtree('a')\nreturn os.listdir()",
        expected=returned(["c"]),
        is_honest=True,
    ),
)
BEHAVIOURS = (*READING, *WRITING)
