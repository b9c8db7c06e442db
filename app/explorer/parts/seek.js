// The box of the search: a combobox whose list holds what leads on. Texts go in as text.

// After so many milliseconds without a key the visitor is taken to wait for suggestions.
const PAUSE = 150;

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.pgSeek ?? (parentElement.pgSeek = built(parentElement, data));
  box.ask = (text) => setTriggerValue("asked", text);
  // What the page has looked for stands in the box, until another page is open or something else is typed.
  if (data.text !== box.text) box.input.value = box.text = data.text;
  box.show(data);
}

function built(parent, { id, hint, results, longest, skips }) {
  const list = made("ul", { role: "listbox", id: `${id}-list`, "aria-label": "Suggestions", hidden: "" });
  const said = made("span", { role: "status", class: "pg-unseen" });
  const note = made("p", { class: "pg-seek-note", hidden: "" });
  const input = made("input", {
    type: "text", role: "combobox", "aria-label": "Search all things", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", enterkeyhint: "search", maxlength: longest, placeholder: hint,
  });
  const form = made("form", { role: "search", class: "pg-seek" });
  const drop = made("div", { class: "pg-seek-drop", hidden: "" });
  drop.append(note, list);
  form.append(input, drop, said);
  if (skips) form.prepend(skip());
  parent.replaceChildren(form);

  const box = { input, text: "", ask: () => {}, show };
  let active = -1;
  let waiting = 0;

  function open(is) {
    drop.hidden = list.hidden = !is;
    input.setAttribute("aria-expanded", String(is));
    if (!is) choose(-1);
  }

  function choose(place) {
    active = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function show({ asked, suggestions, said: words, note: mended = "" }) {
    const fits = asked !== "" && asked === input.value.trim() && document.activeElement === input && !box.gone;
    if (!fits) return;
    const items = suggestions.map(({ href, words, kind }, at) => {
      const item = made("li", { role: "option", id: `${id}-${at}`, "aria-selected": "false" });
      item.append(made("span", { class: "pg-seek-words" }, words), made("span", { class: "pg-seek-kind" }, kind));
      item.addEventListener("click", () => go(href, ""));
      return item;
    });
    list.replaceChildren(...items);
    note.textContent = mended;
    note.hidden = !mended;
    said.textContent = words;
    open(items.length > 0);
    choose(-1);
  }

  function go(href, keeps) {
    clearTimeout(waiting);
    box.gone = true;
    open(false);
    said.textContent = "";
    input.value = keeps;
    if (!document.querySelector("[data-test-connection-state=CONNECTED]")) return location.assign(href);
    history.pushState(null, "", href);
    // Streamlit then does as it does for back and forward.
    dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector(".stMain").scrollTo({ top: 0, behavior: "instant" });
  }

  input.addEventListener("input", () => {
    box.gone = false;
    clearTimeout(waiting);
    const text = input.value.trim();
    if (text.length < 2) return open(false);
    waiting = setTimeout(() => box.ask(text), PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.isComposing) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && last >= 0) {
      event.preventDefault();
      if (list.hidden) open(true);
      const step = event.key === "ArrowDown" ? active + 1 : active < 0 ? last : active - 1;
      choose(step > last ? -1 : step);
    } else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      open(false);
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (active >= 0) list.children[active].click();
    else if (text) go(`${results}?q=${encodeURIComponent(text)}`, text);
  });
  // A press on the list leaves the focus in the box.
  drop.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", () => open(false));
  return box;
}

// For who goes by keyboard: past the menu, to the title of the page.
function skip() {
  const button = made("button", { type: "button", class: "pg-skip" }, "Skip the menu");
  button.addEventListener("click", () => {
    const title = document.querySelector(".stMain h1");
    if (!title) return;
    title.tabIndex = -1;
    title.focus();
  });
  return button;
}

function made(name, attributes, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}
