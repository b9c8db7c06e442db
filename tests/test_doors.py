"""Bad input and bad surroundings: whatever comes in at a door is answered by one sentence and exit code 2 or 3.

Files and streams here; ``store/test_outside.py`` has what data and endpoints may say, ``test_fuzz.py`` what is made at
random.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mini
import pytest
from command import HANGS, run

from payergraph import files, terms
from payergraph.chart.case import parse_case
from payergraph.comparison.compare import compare
from payergraph.errors import FileError
from payergraph.present.render import to_markdown
from payergraph.store.graph import shipped
from payergraph.store.names import names
from payergraph.table import tidy_csv
from payergraph.verdict.determination import determine

LONG = "a" * 300
CASE = "drug: anakinra\nindication: rheumatoid-arthritis\nrequestDate: 2026-10-01\n"

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the devices of Linux")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files that are none."""
    found = tmp_path_factory.mktemp("doors")
    for ending in ("yaml", "ttl", "rq"):
        os.mkfifo(found / f"pipe.{ending}")
        (found / f"loop.{ending}").symlink_to(f"loop.{ending}")
        (found / f"zero.{ending}").symlink_to("/dev/zero")
        (found / f"folder.{ending}").mkdir()
    (found / "folder.svg").mkdir()
    (found / "circle").symlink_to("circle")
    (found / "good.yaml").write_text(CASE, encoding="utf-8")
    (found / "one.rq").write_text("SELECT ?s WHERE { ?s a pg:Payer } LIMIT 1", encoding="utf-8")
    return found


_COMPARE = ["compare", "--drug", "anakinra", "--indication", "RA"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        *(([*command, f"pipe.{ending}"], "it is a pipe or a device") for command, ending in (
            (["check"], "yaml"), (["case"], "yaml"), (["lint"], "ttl"), (["query"], "rq"))),
        *(([*command, f"zero.{ending}"], "it is a pipe or a device") for command, ending in (
            (["check"], "yaml"), (["lint"], "ttl"), (["query"], "rq"))),
        *(([*command, f"loop.{ending}"], "its links lead in a circle") for command, ending in (
            (["check"], "yaml"), (["lint"], "ttl"), (["query"], "rq"))),
        *(([*command, f"{LONG}.{ending}"], "the name is too long") for command, ending in (
            (["check"], "yaml"), (["case"], "yaml"), (["lint"], "ttl"), (["query"], "rq"))),
        (["check", "/".join([LONG[:200]] * 30)], "the case has a name that ends in ''"),
        (["check", "no\nsuch\x1b]0;owned\x07.yaml"], r"no\nsuch\x1b]0;owned\x07.yaml: the case cannot be read"),
        (["check", "no\x00such.yaml"], "a character that no name may have"),
        (["check", "folder.yaml"], "the case is not in this folder"),
        (["query", "folder.rq"], "it is a folder"),
        (["lint", "folder.ttl"], "has no Turtle file"),
        (["lint", "/dev/zero"], "it is a pipe or a device"),
        (["check", ""], "an argument is empty where a file is to be named"),
        (["case", ""], "an argument is empty where a file is to be named"),
        (["lint", ""], "an argument is empty where a file is to be named"),
        ([*_COMPARE, "--figure", "folder.svg"], "--figure folder.svg cannot be written: it is a folder"),
        ([*_COMPARE, "--figure", "."], "must end in .svg, .png or .pdf"),
        ([*_COMPARE, "--figure", f"{LONG}.svg"], "the name is too long"),
        ([*_COMPARE, "--figure", "nowhere/figure.svg"], "no such file or directory"),
        (["export", "circle", "--format", "trig"], "circle cannot be written: its links lead in a circle"),
        (["export", LONG, "--format", "trig"], "the name is too long"),
        (["new-policy", "concepts", "--payer", "cigna", "--drug", "anakinra", "--indication", "caps"], "no document"),
        (["query", "names", "--param", f"drug={LONG * 100}"], "has no parameter 'drug'"),
        (["check", f"{LONG * 100}.json"], " … "),
        (["check", "good.yaml", "--plan", "molina-texas-marketplace", "--payer", "cigna"], "of molina, not of cigna"),
        (["check", "good.yaml", "--plan", "molina-texas-marketplace", "--policy", "cigna-ip0243"], "not of cigna"),
    ],
)  # fmt: skip
def test_it_is_answered_by_a_sentence(
    words: list[str], expected: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    done = run(*words)
    assert done.returncode == 2
    *_, line = done.stderr.splitlines()  # export tells its steps before
    assert line.startswith("payergraph: ") and expected in line and len(line) < 2_100
    assert done.stdout == "" or "--figure" in words


# --- what stands around a command -------------------------------------------------------------------------------------


def shell(line: str, place: Path, **environment: str) -> tuple[int, str, str]:
    """A line of a shell in which ``$P`` is the command: its exit code, what it printed and what it told."""
    done = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        check=False,
        timeout=HANGS,
        cwd=place,
        env=os.environ | {"P": f"{sys.executable} -m payergraph"} | environment,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


_FULL = "payergraph: the answer cannot be printed: the disk is full\n"


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("$P query --list > /dev/full", 2, _FULL),
        ("$P query --list --format csv > /dev/full", 2, _FULL),
        ("$P --help > /dev/full", 2, _FULL),
        ("$P query one.rq --format csv --limit 20000 > /dev/full", 2, _FULL),
        ("$P query nothing 2> /dev/full", 2, ""),
        ("$P check --nothing 2> /dev/full", 2, ""),
        ("$P query --list >&-", 2, "payergraph: the answer cannot be printed: it is closed\n"),
        ("$P query nothing 2>&-", 2, ""),
        ("$P query - <&-", 2, "payergraph: stdin cannot be read: it is closed\n"),
        ("$P check - <&-", 2, "payergraph: stdin cannot be read: it is closed\n"),
        ("$P query --list | true; exit ${PIPESTATUS[0]}", 0, ""),
        ("$P --help | true; exit ${PIPESTATUS[0]}", 0, ""),
        ("$P check good.yaml --require-met --payer cigna | true; exit ${PIPESTATUS[0]}", 1, ""),
        ("mkdir gone; cd gone; rmdir ../gone; $P query --list --format json > /dev/null", 0, ""),
        (
            "mkdir gone; cd gone; rmdir ../gone; $P export here --format trig",
            2,
            "payergraph: here cannot be written: no such file or directory\n",
        ),
        ("mkdir gone; cd gone; rmdir ../gone; $P check $OLDPWD/good.yaml --payer cigna > /dev/null", 0, ""),
        (r"$P check $'\xff.yaml'", 2, r"payergraph: \udcff.yaml: the case cannot be read, because of: no such file or "
         "directory.\n"),
    ],
)  # fmt: skip
def test_a_stream_or_folder_that_is_none_is_told(line: str, code: int, told: str, place: Path, few: Path) -> None:
    found, _, said = shell(line, place, PAYERGRAPH_DATA=str(few))
    assert (found, said) == (code, told)


def test_an_answer_that_nobody_reads_to_its_end_stops_the_query(place: Path) -> None:
    (place / "long.rq").write_text("SELECT ?a ?d WHERE { ?a a pg:Section . ?d a pg:Plan }", encoding="utf-8")
    line = "$P query long.rq --format csv --limit 1000000000 --timeout 600 | head -1; exit ${PIPESTATUS[0]}"
    assert shell(line, place) == (0, "a,d\r\n", "")


@pytest.mark.parametrize(
    "words", [("check", "shut/good.yaml"), ("check", "shut"), ("lint", "shut/good.ttl"), ("query", "shut/x.rq")]
)
def test_what_may_not_be_read_is_told(words: tuple[str, ...], place: Path, few: Path) -> None:
    shut = place / "shut"
    shut.mkdir(exist_ok=True)
    (shut / "good.yaml").write_text(CASE, encoding="utf-8")
    shut.chmod(0)
    # Whoever is root may read it all the same, unless the program gives that right up.
    code = "import ctypes,os,sys\n"
    code += "libc = ctypes.CDLL(None)\nfor right in (1, 2): libc.prctl(24, right, 0, 0, 0)\n"
    code += "os.execv(sys.executable, [sys.executable, '-m', 'payergraph', *sys.argv[1:]])"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            capture_output=True, text=True, check=False, cwd=place, timeout=HANGS,
            env=os.environ | {"PAYERGRAPH_DATA": str(few)},
        )  # fmt: skip
    finally:
        shut.chmod(0o755)
    assert (done.returncode, done.stdout) == (2, "")
    assert "permission denied" in done.stderr and done.stderr.count("\n") == 1


_OPTIMIZED = """
import contextlib, io, sys
from payergraph.cli import app
from payergraph.criteria.written import written
print(sorted(written().items()))
for words in {calls!r}:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        app(words, prog_name="payergraph")
    print(out.getvalue())
"""


def test_nothing_rests_on_asserts_and_docstrings(place: Path, few: Path) -> None:
    good = str(place / "good.yaml")
    calls = [
        ["check", good, "--format", "json"],
        ["conflicts", "--format", "json"],
        [*_COMPARE, "--format", "csv"],
        ["--help"],
        ["compare", "--help"],
        ["query", "--list"],
    ]

    def printed(level: str) -> str:
        environment = os.environ | {"PYTHONOPTIMIZE": level, "PAYERGRAPH_DATA": str(few)}
        command = [sys.executable, "-c", _OPTIMIZED.format(calls=calls)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, timeout=HANGS, cwd=place
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    found = printed("2")
    assert found == printed("0")
    assert '"outcome"' in found
    environment = os.environ | {"PYTHONOPTIMIZE": "2", "PAYERGRAPH_DATA": str(few)}
    shacl = [sys.executable, "-m", "payergraph", "check", good, "--format", "turtle"]
    done = subprocess.run(shacl, capture_output=True, text=True, check=False, env=environment, timeout=HANGS)
    assert done.returncode == 0 and "ValidationReport" in done.stdout


@pytest.mark.parametrize("after", [0.0, 0.2, 0.5])
def test_ctrl_c_ends_a_query_without_a_word(after: float, place: Path) -> None:
    """From the moment on in which the process that answers begins."""
    (place / "endless.rq").write_text("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "payergraph", "query", "endless.rq"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # who runs the tests may ignore it
    )  # fmt: skip
    while not Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().strip():
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to all that the command has started
    _, told = process.communicate(timeout=HANGS)
    assert "payergraph.sparql.worker" not in told and "worker.py" not in told
    assert told == "" and process.returncode == 130


# --- limits that no clock or list can count to ------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", ["inf", "1e300", "1e10", "0.1e9"])
def test_a_query_may_have_any_time(seconds: str, place: Path) -> None:
    done = run("query", place / "one.rq", "--timeout", seconds, "--limit", "99999999999999999999", "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "") and "payer/" in done.stdout
    done = run("query", "payers_compared", "--timeout", seconds, "--limit", "99999999999999999999", "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("seconds", ["nan", "0", "-1", "soon"])
def test_a_time_that_is_none_is_refused(seconds: str, place: Path) -> None:
    done = run("query", place / "one.rq", "--timeout", seconds)
    assert done.returncode == 2 and "--timeout" in done.stderr


def test_a_table_says_itself_that_it_is_cut_off() -> None:
    for format in ("table", "csv", "json"):
        done = run("query", "names", "--limit", "3", "--format", format)
        assert done.returncode == 3
        assert "cut off after 3 rows" in done.stdout or '"truncated": true' in done.stdout
        assert done.stderr == "payergraph: there are more rows than the 3 shown; --limit takes a greater number\n"


def test_a_query_with_a_byte_order_mark_is_read(place: Path) -> None:
    (place / "mark.rq").write_bytes(b"\xef\xbb\xbf" + (place / "one.rq").read_bytes())
    assert run("query", place / "mark.rq").stdout == run("query", place / "one.rq").stdout


# --- a file is written whole or not at all ----------------------------------------------------------------------------


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], None]]:
    """A limit for the files that this process writes, which is as good as a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_earlier_file_as_it_was(tmp_path: Path, small_disk: Callable[[int], None]) -> None:
    target = tmp_path / "figure.svg"
    target.write_text("earlier", encoding="utf-8")
    small_disk(1_000)
    done = run(*_COMPARE, "--figure", target)
    small_disk(10_000_000)
    assert done.returncode == 2
    assert done.stderr == f"payergraph: --figure {target} cannot be written: file too large\n"
    assert target.read_text(encoding="utf-8") == "earlier" and list(tmp_path.iterdir()) == [target]


def test_a_file_that_is_replaced_keeps_its_link_and_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_bytes(b"one")
    (tmp_path / "real.txt").chmod(0o640)
    (tmp_path / "link.txt").symlink_to("real.txt")
    files.write(tmp_path / "link.txt", b"two")
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_bytes() == b"two"
    assert (tmp_path / "real.txt").stat().st_mode & 0o777 == 0o640
    files.write(tmp_path / ("n" * 255), b"the longest name")
    with pytest.raises(FileError, match="a pipe or a device"):
        files.write(Path("/dev/full"), b"two")


def test_of_two_who_make_a_file_at_once_one_is_told(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def make(number: int) -> int | None:
        try:
            files.create(tmp_path / "new.ttl", str(number).encode())
        except FileExistsError:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        made = [number for number in pool.map(make, range(64)) if number is not None]
    assert [(tmp_path / "new.ttl").read_text(encoding="utf-8")] == list(map(str, made))
    assert [path.name for path in tmp_path.iterdir()] == ["new.ttl"]


def test_a_new_file_that_fails_leaves_nothing(tmp_path: Path, small_disk: Callable[[int], None]) -> None:
    small_disk(10)
    with pytest.raises(FileError, match="file too large"):
        files.create(tmp_path / "new.ttl", b"x" * 100)
    small_disk(10_000_000)
    assert not list(tmp_path.iterdir())


def test_an_export_that_is_broken_off_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from payergraph.present import export

    (tmp_path / "data").mkdir()
    (tmp_path / "new").mkdir()
    renamed = Path.rename

    def broken(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return renamed(self, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(KeyboardInterrupt):
        export._put(tmp_path / "new", tmp_path / "data")
    assert {path.name for path in tmp_path.iterdir()} == {"data", "new"}


def test_memory_that_is_used_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def empty(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("payergraph.store.graph.shipped", empty)
    done = run("query", "names")
    assert (done.returncode, done.stderr) == (3, "payergraph: this needs more memory than there is\n")


def test_a_worker_that_does_not_start_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from payergraph.sparql import sandbox

    monkeypatch.setattr(sandbox, "_MEMORY", 1_000_000)
    monkeypatch.setattr(sandbox, "_take", lambda graph: None)
    done = run("query", place / "one.rq")
    assert done.returncode == 3 and "the process that answers queries does not start" in done.stderr


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07", "\x9b2J", "a\rb", "\u202eabc", "\x7f"])
def test_what_steers_a_terminal_never_reaches_it(text: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from payergraph.cli.base import visible

    assert text not in visible(text) and visible("line\r\nline\n\tß ≥") == "line\r\nline\n\tß ≥"
    (place / "steer.rq").write_text(f'SELECT ("{text}" AS ?said) {{}}'.replace("\r", "\\r"), encoding="utf-8")
    assert text not in run("query", place / "steer.rq").stdout
    assert text in run("query", place / "steer.rq", "--format", "csv").stdout  # a file gets it as it is


# --- cases ------------------------------------------------------------------------------------------------------------


def many(ending: str) -> str:
    """A case of 25,000 therapies, in some 500 kB."""
    if ending == "ttl":
        head = f"@prefix p: <{terms.PG}> . [] a p:Case ; p:drug 'anakinra' ; p:therapies "
        return head + ",".join(["[p:product'humira']"] * 25_000) + " ."
    entry = {"product": "humira"}
    if ending == "yaml":
        return "drug: anakinra\ntherapies:\n" + "- product: humira\n" * 25_000
    word = {"jsonld": {"@context": "https://w3id.org/payergraph/ontology/case.context.jsonld"}}.get(ending, {})
    return json.dumps(word | {"drug": "anakinra", "therapies": [entry] * 25_000}, separators=(",", ":"))


@pytest.mark.parametrize("ending", ["yaml", "json", "jsonld", "ttl"])
def test_a_case_has_no_more_values_in_one_format_than_in_another(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"many.{ending}").write_text(many(ending), encoding="utf-8")
    done = run("check", tmp_path / f"many.{ending}")
    assert done.returncode == 2 and "holds more than the 20,000" in done.stderr


_CONTEXT = {"@context": "https://w3id.org/payergraph/ontology/case.context.jsonld"}
_PATIENT = {"drug": "anakinra", "indication": "caps"}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (_CONTEXT | _PATIENT | {"@therapies": []}, "@therapies is no word of JSON-LD that a case may use; "),
        (_CONTEXT | _PATIENT | {"@foo": 1}, "@foo is no word of JSON-LD that a case may use"),
        (_CONTEXT | _PATIENT | {"therapies": [{"product": "humira", "@end": "2026"}]}, "@end is no word of JSON-LD"),
        ({"@context": [_CONTEXT["@context"], {"therapies": None}], **_PATIENT}, "@context.therapies is null"),
        ({"@context": [_CONTEXT["@context"], {"@vocab": None}], **_PATIENT}, "@context.@vocab is null"),
        (_CONTEXT | _PATIENT | {"@type": "Therapy"}, "the case is a 'Therapy'; expected Case"),
        (_CONTEXT | {"@type": ["Case", "Therapy"]} | _PATIENT, "the case is a 'Therapy'; expected Case"),
        ({"@graph": [_CONTEXT | _PATIENT | {"@type": "Therapy"}]}, "expected pg:Case"),
    ],
)
def test_json_ld_drops_nothing_in_silence(document: dict[str, Any], expected: str, tmp_path: Path) -> None:
    (tmp_path / "case.jsonld").write_text(json.dumps(document), encoding="utf-8")
    done = run("check", tmp_path / "case.jsonld")
    assert done.returncode == 2 and expected in done.stderr and done.stderr.count("\n") == 1


# --- labels of others -------------------------------------------------------------------------------------------------

_HOSTILE = "<script>alert(1)</script> ![x](http://x.invalid/) [a](b) `c` **d** | e &lt; \\n"


def test_a_label_is_text_in_markdown(tmp_path: Path) -> None:
    label = _HOSTILE.replace("\\", "\\\\")
    more = (
        f'policy:test skos:prefLabel "{label}"@en . c:more a pg:ReviewerCriterion ; pg:judgement "{label}" ; '
        f'pg:section <{terms.ID}section/test/one> ; pg:locator "{label}" .'
    ).replace("policy:test", f"<{terms.ID}policy/test>")
    graph = mini.graph(tmp_path, mini.policy("caps c:more", more=more).replace('skos:prefLabel "test"@en ; ', ""))
    known = names(graph)
    case = parse_case(CASE.replace("rheumatoid-arthritis", "caps"), graph)
    laid = compare(graph, terms.thing("drug", "anakinra").value, terms.thing("condition", "caps").value)
    checked = determine(case, graph)
    for shown in (laid.to_markdown(), to_markdown(case, checked, known)):
        assert "alert(1)" in shown  # it is there, and is text
        plain = re.sub(r"\\[^\w\s]", "", shown)
        for sign in ("<script", "![x](", "](b)", "`c`", "**d**", "&lt;"):
            assert sign not in plain, sign


def test_a_cell_that_a_sheet_would_take_for_a_formula_is_text() -> None:
    cells = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "-3", "+4.5", "-", "plain", "", "3-4"]
    shown = tidy_csv(("a",), [{"a": cell} for cell in cells])
    found = [row["a"] for row in csv.DictReader(io.StringIO(shown))]
    assert found == [
        "'=1+1",
        "'+cmd|' /C calc'!A0",
        "'-2+3",
        "'@SUM(1)",
        "'\t=1",
        "-3",
        "+4.5",
        "'-",
        "plain",
        "",
        "3-4",
    ]


def test_no_text_that_ships_is_a_formula() -> None:
    rows = shipped().rows("SELECT DISTINCT ?o WHERE { ?s ?p ?o FILTER (isLiteral(?o)) }")
    assert not [row["o"] for row in rows if re.match(r"[=+@\t\r]|-(?![0-9.]+$)", row["o"].value)]
