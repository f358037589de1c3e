// Runs inside a copy of the page after axe: finds what a reader would see as cut or overlapping.
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
