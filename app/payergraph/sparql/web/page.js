// The editor in place of the text area, which stays and is what the form sends.
const { EditorView, StreamLanguage, bracketMatching, closeBrackets, closeBracketsKeymap, defaultKeymap, HighlightStyle,
  history, historyKeymap, keymap, lineNumbers, sparql, syntaxHighlighting, tags } = CodeMirror;

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--accent)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
]);
const { nonce } = document.currentScript.dataset;

for (const area of document.querySelectorAll("textarea")) {
  const view = new EditorView({
    doc: area.value,
    extensions: [
      keymap.of([
        { key: "Mod-Enter", run: () => { area.form.requestSubmit(); return true; } },
        ...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap,
      ]),
      lineNumbers(), history(), bracketMatching(), closeBrackets(), EditorView.lineWrapping,
      StreamLanguage.define(sparql), syntaxHighlighting(colours), EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({ "aria-label": "A query in SPARQL", spellcheck: "false" }),
      EditorView.updateListener.of(({ state }) => { area.value = state.doc.toString(); }),
    ],
  });
  area.hidden = true;
  area.after(view.dom);
}
