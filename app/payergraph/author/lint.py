"""The integrity of ontology, shapes and data.

The house rules are SHACL, in ``shapes/graph.ttl``. Here their query texts run in Oxigraph, each once for all its focus
nodes, because a SHACL engine that asks node by node takes minutes; the tests hold the two equal. What SPARQL cannot
see (syntax, file names, code lists, the texts of the shapes) is checked below the rules.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox

from .. import terms
from ..comparison.conflicts import unmatched
from ..criteria import KINDS
from ..locate import folder, shown
from ..near import hint, slips
from ..store import implied
from ..store.graph import LocalGraph, Row, Triple, data_files, graph_name
from ..store.rules import derive
from ..terms import Term, pg

_SHAPES = "https://w3id.org/payergraph/shapes"
_TYPE = ox.NamedNode(terms.RDF + "type")
_ASKED = ox.NamedNode(f"{_SHAPES}#asked")
_FIRST = ox.NamedNode(terms.RDF + "first")
_NODE_SHAPE = ox.NamedNode(terms.SH + "NodeShape")
#: What ``store.rules`` adds; written by hand it would say the same twice, or the contrary.
_DERIVED = {pg(name) for name in ("subsumedBy", "ingredient", "covers", "mayCover", "part", "source")}
#: The folders that hold no facts.
_NO_DATA = ("ontology", "criteria", "shapes")


@dataclass(frozen=True)
class Fault:
    """One thing to mend.

    Attributes:
        file: the file's path, as given or from the root of the checkout.
        line: where the subject is described; None where that cannot be told.
        subject: what the fault is about, as people name it: ``condition/caps``, ``pg:Drug``; empty for a whole file.
        message: what is wrong and what to do, to follow the subject.
    """

    file: str
    line: int | None
    subject: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.subject} {self.message}" if self.subject else f"{place}: {self.message}"


def lint(paths: Sequence[Path] | None = None) -> list[Fault]:
    """All faults, in the order of files and lines.

    Args:
        paths: files or folders. They are read beside what ships, in place of a shipped file of the same name, and only
            their faults are reported. Without paths, everything that ships is checked.

    Raises:
        ValueError: a path has no Turtle file.
    """
    files = _files(paths)
    broken = [fault for file in files for fault in file.syntax_faults]
    if broken:  # whatever names a thing of a broken file would look like a fault, too
        return _sorted(broken)
    graph = Whole(files)
    faults = [
        *(graph.fault(row["this"], _filled(rule.message, row) + graph.nearest(row)) for rule, row in violations(graph)),
        *_ambiguous_labels(graph),
        *_unknown_diagnosis_codes(graph),
        *_kinds_without_module(graph),
    ]
    for file in files:
        if file.chosen:
            faults += _unfinished(file)
            faults += _described_twice(file)
            faults += _blank_nodes(file, graph)
            faults += _written_by_hand(file, graph)
            faults += _misnamed_document(file, graph)
            faults += _faulty_queries(file, graph)
    return _sorted(faults or _set_aside_for_nothing(graph))


def unchecked() -> list[str]:
    """What this installation cannot check, a sentence each."""
    if find_spec("simple_icd_10_cm"):
        return []
    return ["ICD-10-CM codes were checked for their form only; install simple-icd-10-cm to look them up."]


def _sorted(faults: Iterable[Fault | None]) -> list[Fault]:
    found = {fault for fault in faults if fault is not None}
    return sorted(found, key=lambda fault: (fault.file, fault.line or 0, fault.subject, fault.message))


# --- files ------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _File:
    """One Turtle file.

    Attributes:
        place: the folder's name, from which follows what the file is: ontology, criteria, shapes, concepts, policies …
        chosen: whether its faults are asked for.
    """

    path: Path
    shown: str
    place: str
    chosen: bool = True

    @cached_property
    def triples(self) -> list[Triple]:
        """What the file states. Blank nodes have names that no other file has.

        Raises:
            SyntaxError: the file is not Turtle.
        """
        parsed = ox.parse(self.path.read_bytes(), ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        return [(q.subject, q.predicate, q.object) for q in parsed]

    @property
    def syntax_faults(self) -> list[Fault]:
        try:
            _ = self.triples
        except SyntaxError as error:
            reason = error.msg.split(": ", 1)[-1]
            return [Fault(self.shown, error.lineno, "", f"this is not Turtle: {reason}; correct the line.")]
        return []

    @property
    def graph(self) -> str:
        """The named graph that the file is loaded into."""
        if self.place == "ontology":
            return terms.ONTOLOGY
        if self.place in ("criteria", "shapes"):
            return _SHAPES
        return graph_name(Path(self.place, self.path.name), Path())

    @cached_property
    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def _prefixes(self) -> list[tuple[str, str]]:
        return re.findall(r"^@prefix\s+([\w.-]*:)\s+<([^>]*)>", self._text, re.MULTILINE)

    def line(self, iri: str) -> int | None:
        """The line on which the description of a thing begins."""
        names = [f"<{iri}>", *(prefix + iri[len(base) :] for prefix, base in self._prefixes if iri.startswith(base))]
        for name in names:
            match = re.search(rf"^{re.escape(name)}(?=\s)", self._text, re.MULTILINE)
            if match:
                return self._text.count("\n", 0, match.start()) + 1
        return None

    def lines(self) -> Iterator[tuple[int, str, str | None]]:
        """Each line with its number and the subject whose description begins there, if one does."""
        bases = dict(self._prefixes)
        for number, line in enumerate(self._text.splitlines(), start=1):
            begins = re.match(r"<(?P<iri>[^>]*)>|(?P<prefix>[\w.-]*:)(?P<name>[\w./%-]+)", line)
            known = begins and (begins["iri"] or begins["prefix"] in bases)
            iri = (begins["iri"] or bases[begins["prefix"]] + begins["name"]) if begins and known else None
            yield number, line, iri


def _files(paths: Sequence[Path] | None) -> list[_File]:
    """Everything that ships, with the given files in the place of those of the same name."""
    shipped = _shipped()
    if paths is None:
        return shipped
    places = {file.path.resolve(): file.place for file in shipped}
    given: dict[Path, _File] = {}
    for path in paths:
        # A case is checked when it is read, by shapes/case.ttl.
        found = [path] if path.suffix == ".ttl" else [p for p in path.rglob("*.ttl") if p.parent.name != "cases"]
        if not found:
            raise ValueError(f"{path} has no Turtle file (.ttl)")
        for item in found:
            given[item.resolve()] = _File(item, str(item), places.get(item.resolve(), item.absolute().parent.name))
    replaced = {(file.graph, file.path.name) for file in given.values()}
    others = [file for file in shipped if (file.graph, file.path.name) not in replaced]
    return [*given.values(), *(_File(file.path, file.shown, file.place, chosen=False) for file in others)]


def _shipped() -> list[_File]:
    ontology, shapes, data = folder("ontology"), folder("shapes"), folder("data")
    places = [(path, "ontology") for path in ontology.glob("*.ttl")]
    places += [(path, path.parent.name) for path in shapes.rglob("*.ttl")]
    places += [(path, path.relative_to(data).parts[0]) for path in data_files(data)]
    return [_File(path, shown(path, ontology.parent, Path.cwd()), place) for path, place in places]


# --- the graph ----------------------------------------------------------------------------------------


class Whole:
    """Ontology, shapes of criteria and data in one default graph, and which file describes what."""

    def __init__(self, files: Sequence[_File]) -> None:
        named = ox.Store()
        self._files_of: defaultdict[Term, list[_File]] = defaultdict(list)
        for file in files:
            if file.place == "shapes":  # the rules themselves, and what a case must hold
                continue
            name = ox.NamedNode(file.graph)
            named.bulk_extend(ox.Quad(s, p, o, name) for s, p, o in file.triples)
            classed = {s for s, p, _ in file.triples if p == _TYPE}
            for subject in {s for s, _, _ in file.triples}:
                self._files_of[subject].insert(0 if subject in classed else len(self._files_of[subject]), file)
        implied.add(named)
        derive(named)
        self.store = ox.Store()
        self.store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in named)
        #: Whether only some things are asked about. A graph beside the default one, which no rule sees, marks these.
        self.is_part = any(not file.chosen for file in files)
        if self.is_part:
            asked = {s for file in files if file.chosen for s, _, _ in file.triples}
            self.store.bulk_extend(ox.Quad(subject, _ASKED, _ASKED, _ASKED) for subject in asked)

    def file_of(self, subject: Term) -> _File | None:
        """The file that describes a thing; None where that file is not asked about."""
        return next((file for file in self._files_of[subject] if file.chosen), None)

    def fault(self, subject: Term, message: str) -> Fault | None:
        """A fault of a thing, in the file that describes it."""
        file = self.file_of(subject)
        return Fault(file.shown, file.line(subject.value), _short(subject), message) if file else None

    def rows(self, query: str) -> list[Row]:
        """The solutions of a SELECT query."""
        return _rows(self.store, query)

    def nearest(self, row: Row) -> str:
        """What could have been meant by a name that a fault found to be nothing, as a further sentence; or nothing."""
        for name in (row.get("value"), row.get("path")):
            if isinstance(name, ox.NamedNode) and not any(self.store.quads_for_pattern(name, _TYPE, None)):
                space, own = _parts(name.value)
                # A class begins with a capital, a property does not.
                alike = (name for name in self._names[space] if name[:1].isupper() == own[:1].isupper())
                meant = [_short(ox.NamedNode(space + name)) for name in slips(own, alike)]
                return f" T{hint(meant)[1:]}." if meant else ""
        return ""

    @cached_property
    def _names(self) -> defaultdict[str, list[str]]:
        """The names of what is described, by the space that they are in."""
        subjects = {quad.subject for quad in self.store.quads_for_pattern(None, _TYPE, None)}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for iri in sorted(subject.value for subject in subjects if isinstance(subject, ox.NamedNode)):
            space, own = _parts(iri)
            found[space].append(own)
        return found


def _parts(iri: str) -> tuple[str, str]:
    """An IRI up to the last sign that parts it, and what follows."""
    end = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:end], iri[end:]


def _rows(store: ox.Store, query: str) -> list[Row]:
    result = store.query(terms.PROLOGUE + query)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [
        {name: value for name, value in zip(names, solution, strict=True) if value is not None} for solution in result
    ]


def _short(term: Term) -> str:
    """A term as people write it."""
    if isinstance(term, ox.BlankNode):
        return "a blank node"
    if isinstance(term, ox.Literal):
        return term.value if term.datatype.value != terms.XSD + "string" else f"“{term.value}”"
    if term.value.startswith(terms.ID):
        return terms.local(term.value)
    return terms.prefixed(term.value)


# --- the house rules -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HouseRule:
    """One SELECT constraint of shapes/graph.ttl, with the targets of its shape."""

    select: str
    message: str
    classes: tuple[str, ...]
    subjects_of: tuple[str, ...]
    objects_of: tuple[str, ...]


def house_rules() -> list[HouseRule]:
    """The rules of shapes/graph.ttl."""
    store = ox.Store()
    store.load(path=folder("shapes") / "graph.ttl", format=ox.RdfFormat.TURTLE)

    def targets(shape: Term, name: str) -> tuple[str, ...]:
        return tuple(row["target"].value for row in _rows(store, f"SELECT ?target {{ {shape} sh:{name} ?target }}"))

    rows = _rows(
        store, "SELECT ?shape ?select ?message { ?shape sh:sparql [ sh:select ?select ; sh:message ?message ] }"
    )
    return [
        HouseRule(
            select=row["select"].value,
            message=row["message"].value,
            classes=targets(row["shape"], "targetClass"),
            subjects_of=targets(row["shape"], "targetSubjectsOf"),
            objects_of=targets(row["shape"], "targetObjectsOf"),
        )
        for row in rows
    ]


def violations(graph: Whole) -> Iterator[tuple[HouseRule, Row]]:
    """Every row of every house rule; ``this`` is the focus node."""
    for rule in house_rules():
        for row in graph.rows(_for_all_focus_nodes(rule, graph)):
            yield rule, row


def _for_all_focus_nodes(rule: HouseRule, graph: Whole) -> str:
    """The text of a constraint, with its targets where an engine would fill in one focus node after the other."""
    # The subclasses are listed first: a path to a constant in the query itself is slow.
    below = [graph.rows(f"SELECT ?kind {{ ?kind rdfs:subClassOf* <{name}> }}") for name in rule.classes]
    kinds = " ".join(f"<{row['kind'].value}>" for rows in below for row in rows)
    targets = [f"{{ VALUES ?kind {{ {kinds} }} ?this a ?kind }}"] if kinds else []
    targets += [f"{{ ?this <{predicate}> ?object }}" for predicate in rule.subjects_of]
    targets += [f"{{ ?subject <{predicate}> ?this }}" for predicate in rule.objects_of]
    head, body = rule.select.replace("$this", "?this").split("{", 1)
    asked = f"GRAPH {_ASKED} {{ ?this {_ASKED} {_ASKED} }}" if graph.is_part else ""
    return f"{head} {{ {{ SELECT DISTINCT ?this WHERE {{ {asked} {{ {' UNION '.join(targets)} }} }} }} {body}"


def _filled(message: str, row: Row) -> str:
    return re.sub(r"\{\?(\w+)\}", lambda match: _short(row[match[1]]), message)


# --- what SPARQL cannot see ---------------------------------------------------------------------------------


def _ambiguous_labels(graph: Whole) -> Iterator[Fault | None]:
    """Two shared things of one kind with one label, letter case aside; therapies of all sorts are one kind."""
    rows = graph.rows("""
        SELECT ?thing ?kind ?label WHERE {
          ?thing skos:prefLabel|skos:altLabel ?label ; a ?class .
          FILTER (STRSTARTS(STR(?thing), STR(id:)))
          FILTER NOT EXISTS { ?thing pg:source ?document }
          BIND (IF(EXISTS { ?class rdfs:subClassOf pg:Therapy }, pg:Therapy, ?class) AS ?kind)
        }""")
    things_of: defaultdict[tuple[Term, str], set[Term]] = defaultdict(set)
    for row in rows:
        things_of[row["kind"], row["label"].value.casefold()].add(row["thing"])
    for (_, label), things in things_of.items():
        for thing in things if len(things) > 1 else ():
            others = ", ".join(sorted(_short(other) for other in things - {thing}))
            yield graph.fault(thing, f"shares the label “{label}” with {others}; leave it to the one that it means.")


def _unknown_diagnosis_codes(graph: Whole) -> Iterator[Fault | None]:
    """ICD-10-CM codes of concepts that the classification does not have."""
    rows = graph.rows("SELECT ?s ?code WHERE { ?s skos:notation ?code FILTER (DATATYPE(?code) = pg:ICD10CM) }")
    asked = [(row["s"], row["code"].value) for row in rows if graph.file_of(row["s"])]
    if not asked or unchecked():
        return
    import simple_icd_10_cm as icd  # 1.6 s

    for concept, code in asked:
        if not (icd.is_valid_item(code) and icd.is_category_or_subcategory(code)):
            yield graph.fault(concept, f"has the code {code}, which ICD-10-CM does not have; correct it.")


def _set_aside_for_nothing(graph: Whole) -> list[Fault | None]:
    """What a curator set aside and no rule finds; asked of a graph without other faults, which the rules can read."""
    if not any(graph.file_of(row["this"]) for row in graph.rows("SELECT ?this { ?this a pg:SetAside }")):
        return []
    return [
        graph.fault(
            ox.NamedNode(iri),
            "sets aside what no rule finds: its facts are not all the sides of one disagreement, or agree by now. "
            "Name every side's fact as `payergraph conflicts --all --format json` shows it, or remove it.",
        )
        for iri in unmatched(LocalGraph(graph.store, ""))
    ]


def _kinds_without_module(graph: Whole) -> Iterator[Fault | None]:
    for row in graph.rows("SELECT ?kind WHERE { ?kind rdfs:subClassOf pg:Criterion }"):
        if terms.local(row["kind"].value) not in KINDS:
            yield graph.fault(
                row["kind"], "is a kind of criterion that has no module; add it to app/payergraph/criteria/."
            )


def _unfinished(file: _File) -> Iterator[Fault]:
    """What still says TODO, in a text or in a comment, with its own line (`payergraph new-policy` writes them).

    Its subject is what is described there; of a comment that begins its line, the whole file.
    """
    subject = file.graph
    for number, line, begins in file.lines():
        subject = begins or subject
        if found := re.search(r"\bTODO\b\W*([^\"]*)", line):
            what = found[1].strip().rstrip(" .;,:") or "nobody said what"
            comment = line.lstrip().startswith("#")
            remedy = "write it, or take the lines away" if comment else "write it in the place of the TODO"
            about = _short(ox.NamedNode(file.graph if line.startswith("#") else subject))
            yield Fault(file.shown, number, about, f"is unfinished (TODO: {what}); {remedy}.")


def _described_twice(file: _File) -> Iterator[Fault]:
    """Two things under one name, which Turtle reads as one."""
    first: dict[str, int] = {}
    for number, line, iri in file.lines():
        if iri and re.match(r"\S+\s+a\s", line) and first.setdefault(iri, number) != number:
            subject = _short(ox.NamedNode(iri))
            message = f"is described on line {first[iri]} already; give one of the two another name, or join them."
            yield Fault(file.shown, number, subject, message)


def _blank_nodes(file: _File, graph: Whole) -> Iterator[Fault | None]:
    """Things without a name in data; only the cells of lists may have none."""
    cells = {s for s, p, _ in file.triples if p == _FIRST}
    for subject, predicate, value in file.triples if file.place not in _NO_DATA else ():
        if isinstance(value, ox.BlankNode) and value not in cells:
            yield graph.fault(subject, f"has a {_short(predicate)} without a name; give what stands in [ ] an IRI.")


def _written_by_hand(file: _File, graph: Whole) -> Iterator[Fault | None]:
    for subject, predicate, value in file.triples:
        if predicate in _DERIVED:
            yield graph.fault(subject, f"has {_short(predicate)}, which is added at load; take it away.")
        if value == _NODE_SHAPE and file.place not in _NO_DATA:
            yield graph.fault(subject, f"has {_short(value)}, which is added at load to what has a kind; take it away.")


def _misnamed_document(file: _File, graph: Whole) -> Iterator[Fault | None]:
    """A file of facts describes the document that its graph is named after, and no other."""
    if file.place in (*_NO_DATA, "concepts"):
        return
    own = ox.NamedNode(file.graph)
    documents = {s for s, p, o in file.triples if p == _TYPE and o == pg("SourceDocument")}
    for document in documents - {own}:
        slug = terms.slug(document.value)
        yield graph.fault(document, f"is not the document of this file; call the file {slug}.ttl, or correct the IRI.")
    if not documents and any(p == pg("locator") for _, p, _ in file.triples):
        yield Fault(file.shown, None, _short(own), "is described nowhere in this file; add it as a pg:SourceDocument.")


def _faulty_queries(file: _File, graph: Whole) -> Iterator[Fault | None]:
    """SPARQL of shapes that does not parse, names an undeclared term, or a parameter that its component lacks."""
    if file.place not in ("criteria", "shapes"):
        return
    store = ox.Store()
    store.extend(ox.Quad(s, p, o) for s, p, o in file.triples)
    parameters: defaultdict[Term, set[str]] = defaultdict(set)
    for row in _rows(store, "SELECT ?component ?path WHERE { ?component sh:parameter/sh:path ?path }"):
        parameters[row["component"]].add(terms.local(row["path"].value))
    texts = _rows(
        store,
        """SELECT ?owner ?text WHERE {
          ?owner (sh:sparql|sh:validator|sh:nodeValidator|sh:propertyValidator)/(sh:select|sh:ask) ?text }""",
    )
    for row in texts:
        owner, text = row["owner"], row["text"].value
        for problem in _problems(text, graph, parameters.get(owner)):
            yield Fault(file.shown, file.line(owner.value), _short(owner), problem)


def _problems(query: str, graph: Whole, parameters: set[str] | None) -> Iterator[str]:
    try:
        ox.Store().query(terms.PROLOGUE + query)
    except SyntaxError as error:
        yield f"has a query that is not SPARQL ({error}); correct it."
    for name in sorted(set(re.findall(r"\bpg:(\w+)", query))):
        if not any(graph.store.quads_for_pattern(pg(name), _TYPE, None)):
            yield f"has a query with pg:{name}, which ontology/ does not declare; correct the name."
    if parameters is not None:
        for name in sorted(set(re.findall(r"\$(\w+)", query)) - parameters - {"this"}):
            yield f"has a query with ${name}, which is none of its parameters; correct the name, or declare it."
