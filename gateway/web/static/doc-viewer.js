// The document beside what was read of it. A field that takes the focus has its box panned and zoomed
// to; a box leads to its field; words that are clicked go into the field one is in, or wait for the
// next that takes the focus. What adds up is asked of the server, which counts exactly. Without this
// script every field is still there to be read, corrected and sent.

const OFF = "dockmatch.keys.off";
const ZOOM = { min: 1, max: 3, step: 1.25, share: 0.42 };
const PAUSE_MS = 150;
const form = document.querySelector("[data-fields]");
const inputs = () => [...form.querySelectorAll("[data-pointer]")];
const place = (input) => input.closest("[data-state]");

class DocViewer extends HTMLElement {
  connectedCallback() {
    this.pages = this.querySelector(".pages");
    this.picked = [];
    this.field = null;
    this.isPlaced = false;
    for (const button of this.querySelectorAll(".viewer-tools [hidden]")) button.hidden = false;
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("mousedown", (event) => {
      if (event.target.matches(".word")) event.preventDefault(); // the field keeps the focus
    });
    form.addEventListener("focusin", ({ target }) => this.entered(target));
    form.addEventListener("focusout", () => this.classList.remove("picking"));
    form.addEventListener("keydown", (event) => this.typed(event));
    form.addEventListener("input", ({ target }) => this.changed(target));
    form.addEventListener("change", ({ target }) => target.matches("[data-ok]") && this.count());
    document.addEventListener("keydown", (event) => this.letter(event));
    this.observe();
  }

  // Fields and boxes.

  entered(target) {
    if (!target.matches?.("[data-pointer]")) return;
    // Where a value is missing or doubted, words come above boxes; else boxes lead to their fields.
    this.classList.toggle("picking", !target.value || ["bad", "wait"].includes(place(target).dataset.state));
    const isOther = this.field !== target;
    this.field = target;
    if (this.picked.length && !this.isPlaced) this.assign();
    else if (isOther) this.unpick();
    this.show(document.getElementById(target.dataset.box));
  }

  show(box) {
    this.querySelector(".box.lit")?.classList.remove("lit");
    if (!box || !this.contains(box)) return;
    box.classList.add("lit");
    const sheet = box.parentElement;
    const share = box.offsetWidth / sheet.offsetWidth;
    this.zoom(Math.min(Math.max(ZOOM.share / share, ZOOM.min), 2));
    this.pages.scrollTo({
      left: sheet.offsetLeft + box.offsetLeft + box.offsetWidth / 2 - this.pages.clientWidth / 2,
      top: sheet.offsetTop + box.offsetTop + box.offsetHeight / 2 - this.pages.clientHeight / 2 - this.pages.offsetTop,
      behavior: "instant",
    });
  }

  zoom(factor) {
    this.factor = Math.min(Math.max(factor, ZOOM.min), ZOOM.max);
    this.pages.style.setProperty("--zoom", this.factor);
  }

  edit(box) {
    const input = document.getElementById(box?.dataset.for);
    input?.focus();
    input?.select?.();
  }

  bare() {
    const is = this.classList.toggle("bare");
    const button = this.querySelector("[data-bare]");
    button.setAttribute("aria-pressed", String(is));
  }

  clicked({ target }) {
    const tool = target.closest("[data-zoom]");
    if (tool) this.zoom((this.factor ?? 1) * (tool.dataset.zoom === "in" ? ZOOM.step : 1 / ZOOM.step));
    else if (target.closest("[data-bare]")) this.bare();
    else if (target.matches(".box")) this.edit(target);
    else if (target.matches(".word")) this.pick(target);
  }

  pressed(event) {
    const { target, key } = event;
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (target.matches(".box") && (key === "e" || key === "F2")) this.edit(target);
    else if (target.matches(".word") && key in steps) this.step(target, steps[key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(word, by) {
    const words = [...word.parentElement.querySelectorAll(".word")];
    const next = words[words.indexOf(word) + by];
    if (!next) return;
    word.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  letter(event) {
    if (event.key !== "b" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem(OFF) === "1" || event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    this.bare();
  }

  // Enter confirms what one is in and goes to what needs a person next.

  typed(event) {
    if (event.key === "Escape" && event.target.matches("[data-pointer]")) {
      event.target.blur();
      this.pages.focus({ preventScroll: true });
    }
    if (event.key === "F2" && event.target.select) event.target.select();
    if (event.key !== "Enter" || !event.target.matches("[data-pointer]")) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) form.querySelector("[data-whole]")?.click();
    else this.confirm(event.target);
  }

  confirm(input) {
    const tick = form.querySelector(`[data-ok="${input.id}"]`);
    if (tick) tick.checked = true;
    if (input.value) place(input).classList.add("done");
    this.count();
    const every = inputs();
    const rest = [...every.slice(every.indexOf(input) + 1), ...every];
    (rest.find((one) => one !== input && this.needs(one)) ?? form.querySelector("[data-whole]"))?.focus();
  }

  needs(input) {
    const { state } = place(input).dataset;
    if (place(input).classList.contains("done")) return false;
    return state === "bad" || (state === "wait" && !form.querySelector(`[data-ok="${input.id}"]`)?.checked);
  }

  count() {
    const left = inputs().filter((one) => this.needs(one)).length;
    const line = document.querySelector("[data-left]");
    line.textContent = left ? `${left} ${left === 1 ? "value needs" : "values need"} you.` : "Nothing here needs you.";
  }

  changed(target) {
    if (!target.matches("[data-pointer]")) return;
    if (target.value) place(target).classList.add("done");
    this.fault(target, "");
    this.count();
    this.add();
  }

  fault(input, text) {
    const line = document.getElementById(`${input.id}-fault`);
    line.textContent = text;
    line.hidden = !text;
    input.toggleAttribute("aria-invalid", Boolean(text));
    if (text) input.setAttribute("aria-invalid", "true");
  }

  add() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      this.adding?.abort();
      this.adding = new AbortController();
      const body = new URLSearchParams(new FormData(form));
      try {
        const answer = await fetch(this.dataset.sums, { method: "POST", body, signal: this.adding.signal });
        if (answer.ok) document.querySelector("[data-sums]").innerHTML = await answer.text();
      } catch {
        // a newer question is on its way, or the connection was lost: saving tells
      }
    }, PAUSE_MS);
  }

  // Words.

  observe() {
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) this.lay(target);
    });
    for (const sheet of this.querySelectorAll(".sheet")) seen.observe(sheet);
  }

  async lay(sheet) {
    if (sheet.dataset.laid) return;
    sheet.dataset.laid = "1";
    this.words ??= fetch(this.dataset.words).then((answer) => (answer.ok ? answer.json() : []), () => []);
    const page = (await this.words).find((one) => String(one.number) === sheet.dataset.page);
    if (!page) return;
    const many = document.createDocumentFragment();
    for (const [n, [text, x0, top, x1, bottom]] of page.words.entries()) {
      const word = document.createElement("button");
      Object.assign(word, { type: "button", className: "word", tabIndex: n ? -1 : 0, place: [x0, top, x1, bottom] });
      word.setAttribute("aria-label", `Word ${text}`);
      word.setAttribute("aria-pressed", "false");
      word.dataset.text = text;
      word.style.left = `${(100 * x0) / page.width}%`;
      word.style.top = `${(100 * top) / page.height}%`;
      word.style.width = `${(100 * (x1 - x0)) / page.width}%`;
      word.style.height = `${(100 * (bottom - top)) / page.height}%`;
      many.append(word);
    }
    sheet.append(many);
  }

  pick(word) {
    const is = word.getAttribute("aria-pressed") === "true";
    const elsewhere = this.picked.some((one) => one.parentElement !== word.parentElement);
    if (elsewhere) this.unpick(); // a value stands on one page
    word.setAttribute("aria-pressed", String(!is));
    this.picked = is ? this.picked.filter((one) => one !== word) : [...this.picked, word];
    this.isPlaced = false;
    if (this.field && this.field === document.activeElement) this.assign();
    else this.say();
  }

  unpick() {
    for (const word of this.picked) word.setAttribute("aria-pressed", "false");
    this.picked = [];
    this.isPlaced = false;
    this.say();
  }

  text() {
    const order = [...(this.picked[0]?.parentElement.querySelectorAll(".word") ?? [])];
    this.picked.sort((one, other) => order.indexOf(one) - order.indexOf(other));
    return this.picked.map((word) => word.dataset.text).join(" ");
  }

  say() {
    const line = this.querySelector("[data-picked]");
    const text = this.text();
    line.hidden = !text;
    line.textContent = text && !this.isPlaced ? `${text}: go to the field that it belongs in.` : text;
  }

  async assign() {
    const input = this.field;
    const text = this.text();
    if (!text || input.tagName === "SELECT") return;
    this.isPlaced = true;
    this.say();
    const sides = this.picked.map((word) => word.place);
    const least = (n) => Math.min(...sides.map((side) => side[n]));
    const most = (n) => Math.max(...sides.map((side) => side[n]));
    const box = [least(0), least(1), most(2), most(3)].map((side) => side.toFixed(2));
    const at = form.querySelector(`[data-at="${input.id}"]`);
    at.disabled = false;
    at.value = `${this.picked[0].parentElement.dataset.page} ${box.join(" ")} ${text}`;
    const told = await this.read(input.dataset.pointer, text);
    input.value = told.value;
    this.changed(input);
    this.fault(input, told.fault);
  }

  async read(pointer, text) {
    const token = form.elements.token.value;
    const body = new URLSearchParams({ token, pointer, text });
    try {
      const answer = await fetch(this.dataset.value, { method: "POST", body });
      if (answer.ok) return await answer.json();
    } catch {
      // the connection was lost: the words go in as they are, and saving reads them
    }
    return { value: text, fault: "" };
  }
}

customElements.define("doc-viewer", DocViewer);
if (matchMedia("(min-width: 68rem)").matches && !location.hash) {
  form.querySelector(".needy [data-pointer]")?.focus({ preventScroll: true });
}
