// Buttons that lead to a part of the page: what is folded around it opens, and its first field gets the focus. And the
// field in which somebody writes stays in sight where something that appears, such as what is wrong, moves it.

// What gets the focus, the first of these that is there: beside a field stands a button that explains it.
const FIELDS = ["input:not([type=hidden])", "[role=radio]", "summary", "button"];

export default function () {
  // The same listener again is not added again, nor is a page observed twice.
  document.addEventListener("click", reach);
  for (const change of ["focusin", "scroll"]) document.addEventListener(change, look, true);
  for (const begun of ["keydown", "pointerdown", "wheel"]) document.addEventListener(begun, stop, { capture: true, passive: true });
  moved.observe(document.body, { childList: true, subtree: true });
}

// Whether a part of the field in which somebody writes was in sight.
let inSight = false;
const moved = new MutationObserver(() => {
  const field = document.activeElement;
  if (inSight && field.closest(".st-key-facts") && shown(field) < 1) field.scrollIntoView({ block: "nearest" });
});

function look() {
  inSight = shown(document.activeElement) > 0;
}

// How much of a field is in sight, in the frame that scrolls and on the page.
function shown(field) {
  const box = field.getBoundingClientRect(), frame = field.closest(".st-key-facts")?.getBoundingClientRect();
  const top = Math.max(box.top, 0, frame?.top ?? 0), bottom = Math.min(box.bottom, innerHeight, frame?.bottom ?? innerHeight);
  return (bottom - top) / box.height;
}

// Whoever begins to write or to scroll is not led any further.
let turn = 0;

function stop() {
  turn += 1;
}

function reach(event) {
  const button = event.target.closest(".stHtml [data-reach]");
  if (!button) return;
  if (button.dataset.reach === "print") {
    print();
    return;
  }
  const part = document.getElementsByClassName(`st-key-${button.dataset.reach}`)[0];
  if (!part) return;
  const own = part.matches("details") ? part : part.querySelector(":scope > details, :scope > div > details");
  for (let box = own ?? part.closest("details"); box; box = box.parentElement.closest("details")) {
    // Streamlit holds itself what is open.
    if (!box.open) box.querySelector("summary").click();
  }
  go(part, 12, (turn += 1));
}

// What was folded takes a moment to unfold, and moves what is below it.
function go(part, again, of) {
  if (of !== turn) return;
  const fields = FIELDS.flatMap((kind) => [...part.querySelectorAll(kind)]);
  const field = fields.find((one) => one.checkVisibility());
  if (field && document.activeElement !== field) field.focus({ preventScroll: true });
  part.scrollIntoView({ block: part.clientHeight < innerHeight / 2 ? "center" : "start", behavior: "instant" });
  if (again) setTimeout(go, 30, part, again - 1, of);
}
