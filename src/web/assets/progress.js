// Shows the progress of a review as it is told by server-sent events. Without it the page loads itself again every few seconds.
"use strict";
(() => {
  const section = document.getElementById("review-progress");
  const bar = document.getElementById("progress-bar");
  const words = document.getElementById("progress-words");
  const broken = document.getElementById("progress-link");
  if (!section || !window.EventSource) return;
  const events = new EventSource(section.dataset.events);
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    broken.hidden = true;
    words.textContent = told.sentence;
    if (told.max === null) {
      bar.removeAttribute("value");
    } else {
      bar.max = told.max;
      bar.value = told.value;
    }
  });
  events.addEventListener("ended", () => {
    events.close();
    window.location.reload();
  });
  events.addEventListener("open", () => {
    broken.hidden = true;
  });
  events.addEventListener("error", () => {
    broken.hidden = false;
    // Closed for good: the session is over, or the review is gone. The page itself says which.
    if (events.readyState === EventSource.CLOSED) window.setTimeout(() => window.location.reload(), 3000);
  });
})();
