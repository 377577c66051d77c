// Decisions by key, as fast as they can be pressed. A press is put into a queue with a key of its own
// and the next row takes the focus at once; the queue is sent one by one, in order. A press that
// comes twice, or an answer that is lost and asked for again, counts once, by its key.

const TRIES = 3;
const REASON = "Accepted from the list";
const queue = [];
let sending = false;

const say = (text) => {
  const line = document.querySelector("[data-said]");
  if (line) line.textContent = text;
};

const numberOf = (row) => row.querySelector(".row-number")?.textContent ?? "";

const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

function nextOf(row, links) {
  const own = row.querySelector(".row-reason a");
  const left = links.filter((one) => one === own || !one.closest("tr").dataset.intended);
  const here = left.indexOf(own);
  return left[here + 1] ?? left[here - 1];
}

document.addEventListener("intend", ({ detail: row }) => {
  const links = [...document.querySelectorAll("[data-rows] .row-reason a")];
  const action = "accept";
  if (!row?.dataset.item || row.dataset.intended) return;
  row.dataset.intended = action;
  row.classList.add("leaving");
  const next = nextOf(row, links);
  next?.focus();
  const reason = document.getElementById("bulk-reason")?.value.trim() || REASON;
  queue.push({ row, action, reason, key: newKey(), next });
  if (!sending) send();
});

async function send() {
  sending = true;
  for (let one = queue.shift(); one; one = queue.shift()) {
    settle(one, await post(one));
  }
  sending = false;
}

async function post({ row, action, reason, key }) {
  const [id, digest] = row.dataset.item.split(".");
  const token = document.querySelector("[data-several] input[name=token]").value;
  const body = new URLSearchParams({ token, key, digest, action, reason });
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      const answer = await fetch(`/x/${id}/intent`, { method: "POST", body });
      if (answer.ok) return await answer.json();
      if (answer.status < 500) return { state: "refused" };
    } catch {
      // the connection was lost: asked again with the same key
    }
  }
  return { state: "refused" };
}

function settle({ row, next }, { state, by, ago }) {
  const number = numberOf(row);
  if (state === "decided") {
    const reason = next?.isConnected ? next.textContent : "";
    const following = next?.isConnected ? numberOf(next.closest("tr")) : "";
    row.remove();
    say(`Accepted ${number}.${following ? ` Next: ${following}, ${reason}` : ""}`);
    return;
  }
  row.classList.remove("leaving");
  delete row.dataset.intended;
  const told = { already: `${number} was already decided by ${by} ${ago}.`, changed: `${number} changed meanwhile; look at it again.` };
  say(told[state] ?? `${number} was not decided; try again.`);
}
