// Keys for those who live here. Everything they do is a link or a form on the page: without this
// script nothing is missing but the keys themselves. Single letters can be turned off (WCAG 2.1.4)
// and never fire while somebody types.

const OFF = "dockmatch.keys.off";
const dialog = document.getElementById("keys");
const isOff = () => localStorage.getItem(OFF) === "1";
const rows = () => [...document.querySelectorAll("[data-rows] .row-reason a")];
const rowOf = (node) => node?.closest?.("[data-rows] tbody tr");
const tickOf = (row) => row?.querySelector("input[name=item]");
let ticked = null;

function step(by) {
  const links = rows();
  if (!links.length) return follow(by > 0 ? "[data-next]" : "[data-previous]");
  const here = links.indexOf(document.activeElement);
  const there = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
  there?.focus();
  there?.closest("tr").scrollIntoView({ block: "nearest" });
}

function follow(selector) {
  document.querySelector(selector)?.click();
}

function tick() {
  const box = tickOf(rowOf(document.activeElement));
  if (!box) return;
  box.checked = !box.checked;
  ticked = box;
}

function tickRange() {
  const boxes = [...document.querySelectorAll("[data-rows] input[name=item]")];
  const [from, to] = [boxes.indexOf(ticked), boxes.indexOf(tickOf(rowOf(document.activeElement)))];
  if (to < 0) return;
  const [first, last] = [Math.min(from < 0 ? to : from, to), Math.max(from, to)];
  for (const box of boxes.slice(first, last + 1)) box.checked = true;
}

function accept() {
  const reason = document.querySelector("[data-decide] textarea");
  if (reason) reason.focus();
  else document.dispatchEvent(new CustomEvent("intend", { detail: rowOf(document.activeElement) }));
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: tick,
  X: tickRange,
  "/": () => document.querySelector("[data-filter]")?.focus(),
  n: () => follow("[data-next]"),
  N: () => follow("[data-previous]"),
  i: () => follow("[data-back]"),
  u: () => follow("[data-undo]"),
  g: () => follow("[data-group]"),
  r: () => follow("[data-rematch]"),
  c: () => document.querySelector("[data-comment]")?.focus(),
  q: () => follow("[data-way=ask]"),
  s: () => follow("[data-way=ask-supplier]"),
  l: () => (document.activeElement.closest("tr")?.querySelector("[data-relink]") ?? document.querySelector("[data-relink], [data-way=relink]"))?.click(),
  t: () => follow("[data-way=allow]"),
  p: () => follow("[data-way=short-pay]"),
  v: () => follow("[data-way=runs]"),
  a: accept,
  1: () => follow("[data-source=purchase_order]"),
  2: () => follow("[data-source=receipt]"),
  3: () => follow("[data-source=invoice]"),
  "?": () => dialog.showModal(),
};

function typing(target) {
  return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || typing(event.target)) return;
  if (isOff() && event.key !== "?") return;
  const action = KEYS[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
}

const toggle = dialog.querySelector("[data-keys-off]");
toggle.checked = isOff();
toggle.addEventListener("change", () => localStorage.setItem(OFF, toggle.checked ? "1" : "0"));

// On a wide screen the source stands beside what was clicked, and a jump to an anchor would move the
// page away from it. So the source's own list is scrolled, and the page only as far as it must.
const HEADER = 64;

function reveal(target) {
  const list = target.closest(".lines, .pages");
  if (!list) return;
  const frame = list.getBoundingClientRect();
  const middle = (Math.max(frame.top, HEADER) + Math.min(frame.bottom, innerHeight)) / 2;
  const place = target.getBoundingClientRect();
  list.scrollTop += (place.top + place.bottom) / 2 - middle;
  const now = target.getBoundingClientRect();
  const below = now.bottom + HEADER / 2 - innerHeight;
  if (below > 0) window.scrollBy({ top: below, behavior: "instant" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".case a[href^='#'], .facts a[href^='#']");
  if (!link || !matchMedia("(min-width: 68rem)").matches) return;
  event.preventDefault();
  const place = window.scrollY;
  location.hash = link.hash;
  window.scrollTo({ top: place, behavior: "instant" });
  const target = document.getElementById(link.hash.slice(1));
  if (target) reveal(target);
});

// A form that is on its way is not sent a second time; its key would make the second one count for
// nothing, but the person should see that the first one is under way.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
