"""The C interface without Python: the header is C and C++, and a program that uses it works."""

import os
import pathlib
import shutil
import subprocess

import pytest

from swiftwater._library import path

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDERS = [f"-I{ROOT / 'Sources' / target / 'include'}" for target in ("CSwiftwaterABI", "CSwiftwater")]
COMPILER = shutil.which("cc") or shutil.which("clang")

pytestmark = pytest.mark.skipif(COMPILER is None, reason="no C compiler")


def test_a_program_runs_a_plan(tmp_path):
    library, program = path(), tmp_path / "hot"
    subprocess.run(
        [COMPILER, "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", *FOLDERS,
         str(pathlib.Path(__file__).with_name("hot.c")), library, f"-Wl,-rpath,{os.path.dirname(library)}",
         "-Wl,--allow-shlib-undefined", "-o", str(program)], check=True)
    done = subprocess.run([program], text=True, stdout=subprocess.PIPE, check=True)
    first, second = done.stdout.splitlines()
    assert first == "2 rows of 3"
    assert "stream" in second


@pytest.mark.parametrize("language", ["c", "c++"])
def test_the_header_stands_by_itself(language, tmp_path):
    source = tmp_path / "source"
    source.write_text('#include "swiftwater.h"\nint main(void) { return SW_ABI_VERSION - 1; }\n')
    done = subprocess.run(
        [COMPILER, "-x", language, "-Wall", "-Werror", "-fsyntax-only", FOLDERS[0], str(source)], text=True,
        stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
