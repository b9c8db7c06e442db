// The links that the pages draw lead on in the session, as the menu does. Loading anew would forget the case.

export default function () {
  // The same listener again is not added again.
  document.addEventListener("click", follow);
}

function follow(event) {
  const link = event.target.closest(".stHtml a[href]");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || link.target || elsewhere || !document.querySelector("[data-test-connection-state=CONNECTED]")) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  // Streamlit then does as it does for back and forward.
  dispatchEvent(new PopStateEvent("popstate"));
  document.querySelector(".stMain").scrollTo({ top: 0, behavior: "instant" });
}
