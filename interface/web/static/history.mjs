// The slider: shows a run as it stood after each version that one drags to. Without it, the form does.
//
// Not here: what is shown, which the service renders. Of several questions the last one counts.

const DELAY_MS = 120;

const form = document.querySelector("[data-history]");
const state = document.getElementById("state");
const unfetched = document.getElementById("unfetched");
const { slide, to, time, from } = form.elements;
let timer = 0;
let asking = new AbortController();
let shown = { ...fields(), to: state.firstElementChild.dataset.version };

/** What the form says now. */
function fields() {
  return { to: to.value, time: time.value, from: from.value };
}

/** Asks for the state that the form names, and shows it in place of the one before. */
async function show() {
  asking.abort();
  asking = new AbortController();
  const wanted = fields();
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  let answer, text;
  try {
    answer = await fetch(`${form.dataset.history}/state?${asked}`, { signal: asking.signal });
    text = await answer.text();
  } catch (problem) {
    return problem.name === "AbortError" ? undefined : stay("The service does not answer.");
  }
  if (answer.redirected || answer.status === 400) return form.submit(); // a page tells what is wrong
  if (!answer.ok) return stay(`The service answered with ${answer.status}.`);
  const { body } = new DOMParser().parseFromString(text, "text/html");
  state.replaceChildren(...body.childNodes);
  history.replaceState(null, "", `${form.dataset.history}?${asked}`);
  unfetched.hidden = true;
  follow(Number(state.firstElementChild.dataset.version));
  shown = { ...wanted, to: to.value };
}

/** The state before stays, and so the form says what it is the state of. */
function stay(why) {
  [to.value, time.value, from.value] = [shown.to, shown.time, shown.from];
  slide.value = state.firstElementChild.dataset.version;
  unfetched.textContent = `That state could not be fetched, and the one before is shown. ${why}`;
  unfetched.hidden = false;
}

/** What stands around the state goes with it. */
function follow(version) {
  slide.value = to.value = version;
  for (const span of document.querySelectorAll("[data-first]")) {
    span.classList.toggle("later", Number(span.dataset.first) > version);
  }
  document.getElementById("told").textContent = state.querySelector(".moment").textContent;
}

function showSoon() {
  asking.abort(); // its answer would set the form back
  clearTimeout(timer);
  timer = setTimeout(show, DELAY_MS);
}

slide.closest("[hidden]").hidden = false;
slide.addEventListener("input", () => (to.value = slide.value));
for (const field of [slide, to]) field.addEventListener("input", () => (time.value = ""));
for (const field of [slide, to, from]) field.addEventListener("input", () => field.checkValidity() && showSoon());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  show();
});
