// Counters that stay true while the inbox is open. Rows stay where they are: what came since is told
// in one line, with a link that shows it. A page that nobody looks at does not listen.

const AGAIN_MS = 60_000;
const line = document.querySelector("[data-live]");
let source = null;
let later = 0;

function count(name, number) {
  for (const one of document.querySelectorAll(`[data-count="${name}"]`)) {
    if (one.textContent !== String(number)) one.textContent = number;
    one.hidden = one.hasAttribute("data-count-some") && !number;
  }
}

function hear({ data }) {
  const { counts, new: number } = JSON.parse(data);
  for (const [name, value] of Object.entries(counts)) count(name, value);
  const text = number ? `${number} new or changed` : "";
  if (line.dataset.told === text) return;
  line.dataset.told = text;
  line.querySelector("[data-live-text]").textContent = text;
  line.querySelector("[data-live-link]").hidden = !number;
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource(line.dataset.live);
  source.addEventListener("message", hear);
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return; // it comes again by itself
    close();
    later = setTimeout(open, AGAIN_MS);
  });
}

function close() {
  clearTimeout(later);
  source?.close();
  source = null;
}

if (line) {
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}
