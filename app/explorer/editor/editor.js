// The editor of queries: CodeMirror in a Streamlit component. codemirror.js stands before this file.

const {
  EditorView, HighlightStyle, StreamLanguage, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, history, historyKeymap, keymap, lineNumbers, sparql, syntaxHighlighting, syntaxTree,
  tags,
} = CodeMirror;

const KEYWORDS = `ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT FILTER GRAPH GROUP_BY HAVING LIMIT MINUS NOT_EXISTS EXISTS
  OFFSET OPTIONAL ORDER_BY PREFIX REDUCED SELECT UNION VALUES WHERE AS ASC DESC IN NOT UNDEF`;
const FUNCTIONS = `ABS AVG BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY FLOOR GROUP_CONCAT IF IRI ISBLANK ISIRI
  ISLITERAL ISNUMERIC LANG LANGMATCHES LCASE MAX MIN MONTH NOW REGEX REPLACE ROUND SAMETERM SAMPLE STR STRAFTER STRBEFORE
  STRDT STRENDS STRLANG STRLEN STRSTARTS SUBSTR SUM UCASE YEAR`;
const words = text => text.split(/\s+/);
const STANDING = [
  ...words(KEYWORDS).map(word => ({ label: word.replace("_", " "), type: "keyword" })),
  ...words(FUNCTIONS).map(word => ({ label: word, type: "function", apply: word + "(" })),
];

// One editor for each place on the page; Streamlit calls again with new data as long as the place stays.
const places = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  let place = places.get(parentElement);
  if (!place) {
    place = { text: data.text };
    places.set(parentElement, place);
    place.view = opened(place, parentElement, data.label);
  }
  place.send = text => setStateValue("text", text);
  place.terms = STANDING.concat(data.terms.map(option));
  // What is typed while a query runs stays; only a text that came from elsewhere takes its place.
  if (data.text !== place.text) {
    place.text = data.text;
    place.view.dispatch({ changes: { from: 0, to: place.view.state.doc.length, insert: data.text } });
  }
  return () => {
    place.view.destroy();
    places.delete(parentElement);
  };
}

function opened(place, parent, label) {
  const hand = view => {
    const text = view.state.doc.toString();
    if (text !== place.text) place.send(place.text = text);
    return true;
  };
  return new EditorView({
    doc: place.text,
    parent,
    extensions: [
      keymap.of([
        { key: "Mod-Enter", run: hand },
        { key: "Ctrl-Enter", run: hand },
        ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap,
      ]),
      lineNumbers(), history(), bracketMatching(), closeBrackets(), EditorView.lineWrapping,
      StreamLanguage.define(sparql), syntaxHighlighting(colours),
      autocompletion({ override: [context => completed(context, place)], icons: false }),
      EditorView.contentAttributes.of({ "aria-label": label, autocapitalize: "off", spellcheck: "false" }),
      EditorView.domEventHandlers({ blur: (_, view) => { hand(view); } }),
    ],
  });
}

function option({ name, sort, label, definition }) {
  return {
    label: name, detail: label && ` ${label}`, type: sort, info: definition ? () => noted(sort, definition) : undefined,
  };
}

function noted(sort, definition) {
  const note = document.createElement("div");
  note.textContent = `${sort[0].toUpperCase()}${sort.slice(1)}. ${definition}`;
  return note;
}

function completed(context, place) {
  const inside = syntaxTree(context.state).resolveInner(context.pos, -1).name;
  if (inside === "comment" || inside === "string") return null;
  const variable = context.matchBefore(/[?$]\w*/);
  const word = variable || context.matchBefore(/[\w-]+(:(?:[\w-]|\\\/)*)?/);
  if (!context.explicit && (!word || word.text.length < 2)) return null;
  const text = word ? word.text.toLowerCase() : "";
  const sort = context.matchBefore(/(\sa|rdf:type)\s+[\w:-]*|:[A-Z]\w*/) ? "class" : "property";
  const options = fitting(variable ? variables(context, variable) : place.terms, text, sort);
  // What is written out is not offered again, so that Enter begins a line.
  if (!context.explicit && options.some(({ label }) => label === word.text)) return null;
  return { from: word ? word.from : context.pos, options, filter: false };
}

// Names that begin so come first, then those that begin so after their prefix, then all with it in name or label;
// among equals those of the sort that is due.
function fitting(options, text, sort) {
  const ranked = options.map(option => [rank(option, text), option]).filter(([place]) => place < 3);
  const weight = ([place, { type }]) => 2 * place + (type !== sort);
  return ranked.sort((a, b) => weight(a) - weight(b)).map(([, option]) => option);
}

function rank({ label, detail = "" }, text) {
  const name = label.toLowerCase();
  if (name.startsWith(text)) return 0;
  if (name.split(":").pop().startsWith(text)) return 1;
  return name.includes(text) || detail.toLowerCase().includes(text) ? 2 : 3;
}

function variables({ state }, word) {
  const found = new Set(state.doc.toString().match(/[?$]\w+/g));
  found.delete(word.text);
  return [...found].map(label => ({ label, type: "variable" }));
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--pg-accent)", fontWeight: "600" },
  { tag: tags.standard(tags.variableName), color: "var(--pg-accent)" },
  { tag: tags.atom, color: "var(--pg-text)", fontWeight: "400" },
  { tag: tags.variableName, color: "var(--pg-variable)" },
  { tag: [tags.string, tags.number], color: "var(--pg-string)" },
  { tag: tags.comment, color: "var(--pg-muted)", fontStyle: "italic" },
  { tag: tags.meta, color: "var(--pg-muted)" },
]);
