// The links that the pages draw lead on in the session, as the menu does. Loading anew would forget the case.

export default function () {
  // The same listener again is not added again.
  document.addEventListener("click", follow);
}

function follow(event) {
  const link = event.target.closest(".stHtml a[href]");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  // Within the page the browser leads on by itself, and Streamlit runs nothing.
  if (!link || link.target || link.getAttribute("href").startsWith("#") || elsewhere || !document.querySelector("[data-test-connection-state=CONNECTED]")) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  // Streamlit then does as it does for back and forward.
  dispatchEvent(new PopStateEvent("popstate"));
  // What only shows the same table otherwise leaves the page where it is, or at the head of the table, and keeps the focus.
  const table = link.matches(".pg-turn") && document.querySelector(".st-key-answer");
  if (table) table.scrollIntoView({ behavior: "instant" });
  if (link.matches(".pg-stay")) keepFocus(link);
  else document.querySelector(".stMain").scrollTo({ top: 0, behavior: "instant" });
}

// The link that stands where the followed one stood gets the focus when the table is drawn anew.
function keepFocus(link) {
  const name = link.textContent;
  const drawn = new MutationObserver(() => {
    if (link.isConnected) return;
    drawn.disconnect();
    const same = [...document.querySelectorAll(".stHtml a.pg-stay")].find(({ textContent }) => textContent === name);
    if (same && document.activeElement === document.body) same.focus({ preventScroll: true });
  });
  drawn.observe(document.querySelector(".stMain"), { childList: true, subtree: true });
}
