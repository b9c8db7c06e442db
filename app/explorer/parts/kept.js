// What a visitor filled in, kept by the tab of the browser: loading anew ends the session, and would lose it.

const KEY = "payergraph-case";
let lost = false;

export default function ({ data, setTriggerValue }) {
  try {
    const kept = sessionStorage.getItem(KEY);
    // A session that has begun asks what the tab has kept; one that goes on tells what to keep.
    if (data.asks) {
      if (kept !== null) setTriggerValue("kept", kept);
    } else if (data.text === null) sessionStorage.removeItem(KEY);
    else if (data.text !== kept) sessionStorage.setItem(KEY, data.text);
    lost = false;
  } catch {
    lost = data.text !== null; // the browser allows no such memory, or it is full
  }
  // The same listener again is not added again.
  addEventListener("beforeunload", warn);
}

function warn(event) {
  if (lost) event.preventDefault();
}
