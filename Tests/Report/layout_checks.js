// Runs inside a copy of the page after axe: finds what a reader would see as cut or overlapping.

// Tables wider than their place: a reader would have to scroll, and a print would cut them.
function wideTables() {
  return [...document.querySelectorAll(".scroll")]
    .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
    .map((frame) => `wider than the page by ${frame.scrollWidth - frame.clientWidth} px: ` +
      `'${frame.getAttribute("aria-label").slice(0, 60)}'`);
}

// Under the rules for print, in a window as wide as a sheet: letters below 8 pt (9 in running text).
function printFaults() {
  const faults = wideTables();
  const told = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || element.closest("script, style, .skip, .contents")) continue;
    if (!element.getClientRects().length) continue;
    const matrix = element.getScreenCTM?.();
    const scale = matrix ? Math.hypot(matrix.a, matrix.b) : 1;
    const points = parseFloat(getComputedStyle(element).fontSize) * scale * 0.75;
    const isRunning = element.matches("main p, main p *, main li, main li *, main dd, main dd *") &&
      !element.closest("table, figure, .table-note, .gallery, code, .badge, .synthetic-tag, .glance");
    const least = isRunning ? 9 : 8;
    const place = element.closest("[class]")?.getAttribute("class") ?? element.tagName;
    if (points < least - 0.05 && !told.has(place)) {
      told.add(place);
      faults.push(`${points.toFixed(1)} pt, below ${least} pt, in ${place}: ` +
        `'${node.textContent.trim().slice(0, 40)}'`);
    }
  }
  return faults;
}

function layoutFaults() {
  const faults = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width + 1) {
    faults.push(`page is ${document.documentElement.scrollWidth} px wide in a ${width} px window`);
    for (const element of document.querySelectorAll("main *, header *, nav *")) {
      const box = element.getBoundingClientRect();
      if (box.right > width + 1 && !element.closest(".scroll")) {
        faults.push(`  sticks out: ${element.tagName} '${element.textContent.slice(0, 40)}'`);
        break;
      }
    }
  }
  if (width >= 1280) faults.push(...wideTables());
  for (const picture of document.querySelectorAll("svg[role=img]")) {
    const name = picture.querySelector("title").textContent;
    const frame = picture.getBoundingClientRect();
    const texts = [...picture.querySelectorAll("text")].map((text) => ({
      words: text.textContent, box: text.getBoundingClientRect(),
    }));
    for (const [index, { words, box }] of texts.entries()) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
          box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        faults.push(`cut in '${name}': '${words}'`);
      }
      for (const other of texts.slice(index + 1)) {
        // Boxes of neighbouring lines share a hair of leading.
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 0.5 && down > 0.3 * Math.min(box.height, other.box.height)) {
          faults.push(`overlap in '${name}': '${words}' and '${other.words}'`);
        }
      }
    }
  }
  return faults;
}
