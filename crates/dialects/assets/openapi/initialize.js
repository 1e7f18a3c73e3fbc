// Shows the document that the address asks for (?document=NAME), else the first. Only documents that the page links
// to are loaded: what stands in the address is not trusted.
"use strict";

const links = [...document.querySelectorAll("nav a")];
const named = (link) => new URL(link.href).searchParams.get("document");
const wanted = new URLSearchParams(window.location.search).get("document");
const shown = links.find((link) => named(link) === wanted) ?? links[0];
shown.setAttribute("aria-current", "page");

SwaggerUIBundle({
  url: `openapi/${named(shown)}.json`,
  dom_id: "#api",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
