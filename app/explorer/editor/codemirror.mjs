// What editor.js needs of CodeMirror 6. codemirror.js is made of it in an empty folder that holds this file:
//   npm install @codemirror/autocomplete@6.20.4 @codemirror/commands@6.11.1 @codemirror/language@6.13.1 \
//     @codemirror/legacy-modes@6.5.5 @codemirror/state@6.7.6 @codemirror/view@6.43.15 @lezer/highlight@1.2.5 esbuild@0.28.2
//   npx esbuild codemirror.mjs --bundle --minify --format=iife --global-name=CodeMirror --target=es2022 \
//     --banner:js="/* CodeMirror 6, MIT licence: LICENSE-CODEMIRROR. Made by the recipe in codemirror.mjs. */" \
//     --outfile=codemirror.js
export { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { sparql } from "@codemirror/legacy-modes/mode/sparql";
export { EditorView, keymap, lineNumbers } from "@codemirror/view";
export { tags } from "@lezer/highlight";
