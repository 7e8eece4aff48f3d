// The slider: shows a run as it stood after each version that one drags to. Without it, the form does.
//
// Not here: what is shown, which the service renders. Of several questions the last one counts.

const DELAY_MS = 120;

const form = document.querySelector("[data-history]");
const state = document.getElementById("state");
const { slide, to, time, from } = form.elements;
let timer = 0;
let asking = new AbortController();

/** Asks for the state that the form names, and shows it in place of the one before. */
async function show() {
  asking.abort();
  asking = new AbortController();
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  try {
    const answer = await fetch(`${form.dataset.history}/state?${asked}`, { signal: asking.signal });
    if (!answer.ok || answer.redirected) return form.submit(); // the page tells what is wrong
    const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
    state.replaceChildren(...body.childNodes);
    history.replaceState(null, "", `${form.dataset.history}?${asked}`);
    follow(Number(state.firstElementChild.dataset.version));
  } catch (problem) {
    if (problem.name !== "AbortError") throw problem;
  }
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
