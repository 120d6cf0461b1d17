// Keeps the files of this folder in the browser, so that the page opens without a network. (A service worker.)
"use strict";

const VERSION = "{{version}}"; // of all the files together
const FILES = {{files}};
const NAME = `stepgrad ${registration.scope} ${VERSION}`;

addEventListener("install", (event) => {
  const kept = caches.open(NAME).then((cache) => cache.addAll(FILES));
  event.waitUntil(kept.then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter(
    (name) => name.startsWith(`stepgrad ${registration.scope} `) && name !== NAME,
  ));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

addEventListener("fetch", (event) => {
  const kept = caches.open(NAME).then((cache) => cache.match(event.request, { ignoreSearch: true }));
  event.respondWith(kept.then((response) => response ?? fetch(event.request)));
});
