// The pages work without this script. It refreshes the live parts, and offers to copy the blocks of code.
"use strict";

// [data-live="/fragment"]: asked anew every two seconds while the page is seen, and replaced when it has changed.
for (const region of document.querySelectorAll("[data-live]")) {
  const holder = document.querySelector("[data-live-switch]");
  const box = holder?.querySelector("input");
  const status = holder?.querySelector("[data-live-status]");
  let shown = null;
  let seen = total(region);
  if (holder) holder.hidden = false;

  const refresh = async () => {
    if (document.hidden || (box && !box.checked)) return;
    let html;
    try {
      const answer = await fetch(region.dataset.live, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      html = await answer.text();
    } catch {
      if (status) status.textContent = "La console ne répond plus.";
      return;
    }
    if (status && status.textContent === "La console ne répond plus.") status.textContent = "";
    if (html === shown || selecting(region)) return;
    if (shown !== null || html.trim() !== region.innerHTML.trim()) replace(region, html);
    shown = html;
    const now = total(region);
    if (status && now > seen) status.textContent = now - seen === 1 ? "Une nouvelle entrée." : `${now - seen} nouvelles entrées.`;
    seen = now;
  };
  setInterval(refresh, 2000);
}

// What the reader holds is kept: the focus, and the parts that were unfolded.
function replace(region, html) {
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...region.querySelectorAll("details")].map((one) => one.open);
  const scroll = [...region.querySelectorAll(".scroll")].map((one) => one.scrollLeft);
  region.innerHTML = html;
  region.querySelectorAll("details").forEach((one, at) => (one.open = open[at] ?? one.open));
  region.querySelectorAll(".scroll").forEach((one, at) => (one.scrollLeft = scroll[at] ?? 0));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function selecting(region) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && region.contains(selection.anchorNode);
}

function total(region) {
  return Number(region.querySelector("[data-total]")?.dataset.total ?? 0);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue; // plain HTTP elsewhere than on this machine
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copié";
    setTimeout(() => (button.textContent = "Copier"), 2000);
  });
}

// [data-again]: something of the page is still being made, and the page is opened again for it.
if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 1000);
