// The Hasse diagram of an order: each box is a button that chooses its rule. The picture is made in Python.

export default function ({ data, parentElement, setTriggerValue }) {
  const drawn = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
  for (const box of drawn.querySelectorAll("g[data-rule]")) {
    const rule = box.dataset.rule;
    const place = data.chosen.indexOf(rule);
    box.setAttribute("role", "button");
    box.setAttribute("tabindex", "0");
    box.setAttribute("aria-pressed", String(place >= 0));
    if (place >= 0) box.append(mark(box, place + 1));
    box.onclick = () => setTriggerValue("rule", rule);
    box.onkeydown = event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      setTriggerValue("rule", rule);
    };
  }
  // The box that has the focus keeps it when the page is drawn anew.
  const held = parentElement.querySelector("g:focus")?.dataset.rule;
  parentElement.replaceChildren(drawn);
  if (held) drawn.querySelector(`g[data-rule="${CSS.escape(held)}"]`)?.focus();
}

// Which of the two chosen it is.
function mark(box, number) {
  const sign = document.createElementNS("http://www.w3.org/2000/svg", "text");
  const frame = box.querySelector("rect");
  sign.setAttribute("x", Number(frame.getAttribute("x")) + Number(frame.getAttribute("width")) - 10);
  sign.setAttribute("y", Number(frame.getAttribute("y")) + 18);
  sign.setAttribute("class", "pg-hasse-chosen");
  sign.textContent = number === 1 ? "①" : "②";
  return sign;
}
