// Shows what becomes of runs while a page is open. The page is whole without it.
//
// Not here: rendering. Figures are set as text; what is new altogether is offered as a link.

const COUNTS = ["answered", "failed", "open"];
const PATIENCE_MS = 10_000;
const SIGNS = { shown: "✓", denied: "✗", "not shown": "–" };

/** Sets one field of a run, if the page shows it. */
function set(place, field, text) {
  const shown = place.querySelector(`[data-field="${field}"]`);
  if (shown && shown.textContent !== text) {
    shown.textContent = text;
    if (field === "status") shown.className = `status ${text}`;
    return true;
  }
  return false;
}

/** Sets the marks of a run, in the order of its columns; the service says what they are. */
function mark(place, marks) {
  for (const [number, cell] of place.querySelectorAll("td.marks").entries()) {
    const { word, title } = marks[number];
    const [sign, unseen] = [cell.querySelector(".mark"), cell.querySelector(".unseen")];
    sign.className = `mark ${word.replace(" ", "-")}`;
    sign.textContent = SIGNS[word];
    unseen.textContent = word;
    cell.title = title;
  }
}

/** Shows an event of the stream. */
export function show(told, page = document) {
  const news = page.getElementById("news");
  const place = [...page.querySelectorAll("[data-run]")].find((each) => each.dataset.run === told.runId);
  if (!place) {
    if (news && page.querySelector("[data-live]")) news.hidden = false;
    return;
  }
  if (told.type === "run_status") {
    set(place, "status", told.status);
    const unsealed = place.querySelector("[data-field=unsealed]");
    if (unsealed) unsealed.hidden = told.sealed;
  }
  if (told.type === "run_marks") mark(place, told.marks);
  if (told.type === "run_mean") set(place, "mean", told.mean);
  if (told.type === "run_progress") {
    for (const field of COUNTS) set(place, field, told[field].toLocaleString("en-US"));
  }
  if (news && !page.querySelector("[data-live]")) news.hidden = false;
}

const places = document.querySelectorAll("[data-run]");
const isTable = document.querySelector("[data-live]") !== null;
const asked = new URLSearchParams({ after: document.getElementById("news").dataset.after });
if (!isTable && places.length === 1) asked.set("run", places[0].dataset.run);
const stream = new EventSource(`/live?${asked}`);
stream.addEventListener("message", (message) => show(JSON.parse(message.data)));
const unfollowed = document.getElementById("unfollowed");
let telling = 0;
stream.addEventListener("open", () => {
  clearTimeout(telling);
  unfollowed.hidden = true;
});
stream.addEventListener("error", () => {
  // What closes it is an answer, such as the sign-in form; else it tries again, and loses nothing.
  const patience = stream.readyState === EventSource.CLOSED ? 0 : PATIENCE_MS;
  clearTimeout(telling);
  telling = setTimeout(() => {
    unfollowed.querySelector("a").href = location.href;
    unfollowed.hidden = false;
  }, patience);
});
addEventListener("pagehide", () => stream.close());
