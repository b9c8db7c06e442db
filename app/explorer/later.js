// What stands below a part that has not come yet is shown with it, and not pushed down by it.
//
// A rule of CSS (:has and ~) would do; but Chromium forgets to show again what such a rule hid.

const WAITS = "[data-testid=stSkeleton]", LATER = "data-pg-later";
const LONGEST = 3_000; // milliseconds after which nothing waits for a part any more
const since = new WeakMap();

function look() {
  const now = performance.now(), later = new Set();
  for (const part of document.querySelectorAll(WAITS)) {
    if (!since.has(part)) {
      since.set(part, now);
      setTimeout(look, LONGEST);
    }
    if (now - since.get(part) >= LONGEST - 50) continue;
    for (let one = part; one.parentElement; one = one.parentElement)
      if (one.parentElement.classList.contains("stVerticalBlock"))
        for (let next = one.nextElementSibling; next; next = next.nextElementSibling) later.add(next);
  }
  for (const one of document.querySelectorAll(`[${LATER}]`)) if (!later.has(one)) one.removeAttribute(LATER);
  for (const one of later) if (!one.hasAttribute(LATER)) one.setAttribute(LATER, "");
}

new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
