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

const [SHEET, SMALL_PRINT] = [{ width: 680, height: 560 }, 6]; // pixels for the picture; of letters on paper

/** How high the letters of a picture are on paper. */
function lettersOnPaper({ full, letters }) {
  return letters * Math.min(1.4, SHEET.width / full.width, SHEET.height / full.height);
}

/** A picture as it stands on paper: all of it, after the last step. */
function layOut(view) {
  const { full, svg, scene, placed, holder } = view;
  holder.removeAttribute("hidden");
  view.draw(last, null);
  if (changed) view.drawSlopes(run.slopes);
  svg.setAttribute("viewBox", `${full.x} ${full.y} ${full.width} ${full.height}`);
  svg.style.setProperty("--wide", `${full.width}px`);
  scene.setAttribute("transform", placed);
}

/** On paper: the whole, as fine as it can be read there, then each part; all with their numbers. */
function preparePrint() {
  listSteps(last);
  for (const { view } of [camera, partCamera]) view?.holder.setAttribute("hidden", "");
  const levels = camera.levels.filter((view) => !view.upright && (view.title !== "operations" || !parts.length));
  layOut(levels.findLast((view) => lettersOnPaper(view) >= SMALL_PRINT) ?? levels[0]);
  $("part").hidden = !parts.length;
  parts.forEach(layOut);
}

function endPrint() {
  for (const { holder } of camera.levels) holder.toggleAttribute("hidden", holder !== camera.view.holder);
  for (const { holder } of parts) holder.toggleAttribute("hidden", holder !== partCamera.view?.holder);
  partCamera.view?.holder.removeAttribute("hidden");
  $("part").hidden = partShown < 0;
  show();
  camera.look(camera);
  if (partCamera.view) partCamera.look(partCamera);
}

addEventListener("beforeprint", preparePrint, { signal: ended.signal });
addEventListener("afterprint", endPrint, { signal: ended.signal });
