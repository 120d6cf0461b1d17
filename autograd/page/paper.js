// The whole walk as a table, and the page on paper. (page.js comes before this.)
"use strict";

/** A row for each step, which goes there. */
function makeRows() {
  $("all").querySelector("tbody").replaceChildren(...steps.map((step, i) => {
    const button = make("button", "", String(i + 1));
    button.type = "button";
    button.addEventListener("click", () => {
      jump(i + 1);
      window.scrollTo({ top: 0 });
    });
    const pass = step.phase === "forward" ? "forward" : "backward";
    return make("tr", "", make("td", "", button), make("td", "", [pass, texts[step.frame]].filter(Boolean).join(", ")), make("td", "", "to be predicted"));
  }));
  listed = 0;
}

let listed = 0; // how many steps the table tells; the others are still to be predicted

function listSteps(count) {
  const { rows } = $("all").querySelector("tbody");
  for (let i = Math.min(count, listed); i < Math.max(count, listed); i++) {
    rows[i].cells[2].textContent = i < count ? tell(steps[i]) : "to be predicted";
  }
  listed = count;
}

/** On paper: the whole, as fine as a page has room for, with all its numbers. */
function preparePrint() {
  listSteps(last);
  const fine = camera.levels.findLast((view) => !view.upright && (view.title !== "operations" || !parts.length));
  camera.view.holder.setAttribute("hidden", "");
  fine.holder.removeAttribute("hidden");
  const { full, svg, scene, placed } = fine;
  fine.draw(last, null);
  svg.setAttribute("viewBox", `${full.x} ${full.y} ${full.width} ${full.height}`);
  scene.setAttribute("transform", placed);
}

function endPrint() {
  for (const { holder } of camera.levels) holder.toggleAttribute("hidden", holder !== camera.view.holder);
  show();
  camera.look(camera);
}

addEventListener("beforeprint", preparePrint, { signal: ended.signal });
addEventListener("afterprint", endPrint, { signal: ended.signal });
