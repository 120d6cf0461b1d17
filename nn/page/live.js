// The page of one model and its examples, in one file. (Everything else of the script comes before this.)
"use strict";

function changeTheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.style.colorScheme = (root.style.colorScheme || system) === "dark" ? "light" : "dark";
}

document.getElementById("theme").addEventListener("click", changeTheme);
document.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (key === "t" && !ctrlKey && !metaKey && !altKey && !target.matches("input, select")) changeTheme();
});
const network = JSON.parse(document.getElementById("data").textContent);
const page = new NetworkPage(document.getElementById("network"), network, RULES, MOVES);
if (network.done) page.redo(network.done); // a page that was saved from the live page
