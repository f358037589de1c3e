"""Loads report pages in headless Chromium and lists what is wrong with them.

usage: browser_checks.py OUTPUT_FOLDER AXE_MIN_JS REPORT.html...
"""

import html
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Width, colours, and what axe-core runs: the document is the same in each, so its structure is looked
# at once, and its colours in both schemes.
VIEWS = (
    (320, "light", "{}"),
    (768, "dark", '{ runOnly: ["color-contrast"] }'),
    (1280, "light", '{ runOnly: ["target-size"] }'),
)
SCHEMES = {"light": 1, "dark": 0}  # Chromium's numbers
SHOWN = 40  # faults printed per page
TALLEST = 16_000  # px of one screenshot; Chromium draws no larger surface
# What a report's first page may take, whatever the audit's size.
FIRST_PAGES = ("report.html", "comparison.html")
MOST_BYTES = 2_000_000
MOST_NODES = 15_000
MOST_SHEETS = 10
LONGEST_OPENING = 2.0  # seconds until the page is laid out
SHEET = 673  # px of an A4 page's width between its margins
PATIENCE = 240  # seconds for one start of the browser
AT_ONCE = 2  # pages checked at the same time


class Hung(Exception):
    """The browser did not come back: says nothing about the page."""


def chromium(profile, *arguments):
    """Runs Chromium without a network; returns its standard output."""
    command = [
        "timeout", "--kill-after=5", str(PATIENCE),
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--hide-scrollbars", "--proxy-server=127.0.0.1:9", f"--user-data-dir={profile}", *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode in (124, 137):
        raise Hung(f"Chromium did not finish within {PATIENCE} seconds")
    return done.stdout


def profile_without_scripts(folder):
    """A browser profile in which pages may not run JavaScript."""
    place = Path(folder, "no-scripts", "Default")
    place.mkdir(parents=True)
    settings = {"profile": {"default_content_setting_values": {"javascript": 2}}}
    Path(place, "Preferences").write_text(json.dumps(settings))
    return place.parent


def instrumented(page, axe, script, rules):
    """The page with axe-core and our layout checks; its policy would forbid them, so it goes."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page, count=1)
    run = """
      document.querySelectorAll("img[loading]").forEach((image) => image.removeAttribute("loading"));
      axe.run(document, { resultTypes: ["violations"], ...RULES }).then((result) => {
        const violations = result.violations.map((rule) => ({
          rule: rule.id, help: rule.help, count: rule.nodes.length,
          first: rule.nodes[0].target.join(" "),
          why: rule.nodes[0].failureSummary,
        }));
        const output = document.createElement("pre");
        output.id = "check-result";
        output.textContent = JSON.stringify({ violations, faults: layoutFaults() });
        document.body.append(output);
      });
    """
    run = run.replace("RULES", rules)
    return page.replace(
        "</body>", f"<script>{axe}</script><script>{script}</script><script>{run}</script></body>"
    )


def print_view_faults(page, script, folder):
    """The page under its rules for print, as wide as a sheet: letters and tables."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page, count=1)
    page = page.replace("@media print{", "@media all{").replace("prefers-color-scheme:dark", "width:1px")
    run = """
      const output = document.createElement("pre");
      output.id = "check-result";
      output.textContent = JSON.stringify(printFaults());
      document.body.append(output);
    """
    copy = Path(folder, "print.html")
    copy.write_text(
        page.replace("</body>", f"<script>{script}</script><script>{run}</script></body>"),
        encoding="utf-8",
    )
    dom = chromium(
        Path(folder, "scripts"), f"--window-size={SHEET},1200", "--virtual-time-budget=60000",
        "--dump-dom", copy.as_uri(),
    )
    found = re.search(r'<pre id="check-result">(.*?)</pre>', dom, re.S)
    if not found:
        return ["print: the checks did not finish in the browser"]
    return [f"print: {fault}" for fault in json.loads(html.unescape(found.group(1)))]


def opening_faults(page, folder):
    """How large a first page is, and how long it takes to be laid out."""
    faults = []
    size = len(page.encode())
    if size > MOST_BYTES:
        faults.append(f"the page has {size:,} bytes, more than {MOST_BYTES:,}")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page, count=1)
    run = """
      addEventListener("load", () => {
        document.body.getBoundingClientRect();
        const taken = performance.now() / 1000;
        const output = document.createElement("pre");
        output.id = "check-result";
        output.textContent = JSON.stringify([taken, document.querySelectorAll("*").length]);
        document.body.append(output);
      });
    """
    copy = Path(folder, "opening.html")
    copy.write_text(page.replace("</body>", f"<script>{run}</script></body>"), encoding="utf-8")
    dom = chromium(Path(folder, "scripts"), "--window-size=1280,1200", "--dump-dom", copy.as_uri())
    found = re.search(r'<pre id="check-result">(.*?)</pre>', dom, re.S)
    if not found:
        return faults + ["opening: the page did not load in the browser"]
    taken, nodes = json.loads(html.unescape(found.group(1)))
    if nodes > MOST_NODES:
        faults.append(f"the page has {nodes:,} elements, more than {MOST_NODES:,}")
    if taken > LONGEST_OPENING:
        faults.append(f"the page takes {taken:.1f} s to open, more than {LONGEST_OPENING} s")
    return faults


def browser_faults(page, axe, script, folder, view):
    width, scheme, rules = view
    copy = Path(folder, "instrumented.html")
    copy.write_text(instrumented(page, axe, script, rules), encoding="utf-8")
    dom = chromium(
        Path(folder, "scripts"), f"--window-size={width},1200",
        f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
        "--virtual-time-budget=120000", "--dump-dom", copy.as_uri(),
    )
    found = re.search(r'<pre id="check-result">(.*?)</pre>', dom, re.S)
    if not found:
        return [f"{width} px, {scheme}: the checks did not finish in the browser"]
    result = json.loads(html.unescape(found.group(1)))
    faults = [
        f"{width} px, {scheme}: {v['rule']} × {v['count']}: {v['help']} ({v['first']})\n"
        f"      {v['why']}" for v in result["violations"]
    ]
    return faults + [f"{width} px, {scheme}: {fault}" for fault in result["faults"]]


def tidy_faults(path):
    # HTML Tidy takes the titles of SVG pictures for the page's; everything else counts.
    done = subprocess.run(
        ["tidy", "-quiet", "-errors", "-utf8", "--drop-empty-elements", "no", str(path)],
        capture_output=True, text=True,
    )
    known = '<title> proprietary attribute "id"'
    lines = [
        line for line in done.stderr.splitlines()
        if line.startswith("line ") and not line.endswith(known)
    ]
    return [f"HTML: {line}" for line in lines]


def check(path, output, axe, script):
    page = path.read_text(encoding="utf-8")
    place = output / f"{path.parent.name}-{path.stem}"
    place.mkdir(parents=True, exist_ok=True)
    faults = []
    if re.search(r"<script|javascript:|\son\w+=", re.sub(r">[^<]*<", "><", page), re.I):
        faults.append("the page has a script element, a javascript: link or an event attribute")
    if re.search(r'(?:src|href)="(?:https?:)?//', page):
        faults.append("the page refers to something outside itself")
    faults += tidy_faults(path)
    with tempfile.TemporaryDirectory() as folder:
        quiet = profile_without_scripts(folder)
        for view in VIEWS:
            width, scheme, _ = view
            faults += browser_faults(page, axe, script, folder, view)
            picture = place / f"{width}-{scheme}.png"
            picture.unlink(missing_ok=True)
            chromium(
                quiet, f"--window-size={width},{TALLEST}",
                f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
                f"--screenshot={picture}", path.resolve().as_uri(),
            )
            if not picture.exists():
                faults.append(f"{width} px, {scheme}: no screenshot was made")
        faults += print_view_faults(page, script, folder)
        if path.name in FIRST_PAGES:
            faults += opening_faults(page, folder)
        pdf = place / "report.pdf"
        pdf.unlink(missing_ok=True)
        chromium(
            quiet, "--generate-pdf-document-outline", "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}", path.resolve().as_uri(),
        )
        if pdf.exists():
            faults += print_faults(page, pdf)
            if path.name in FIRST_PAGES:
                faults += sheet_faults(page, pdf)
        else:
            faults.append("no PDF was printed")
    return faults


def print_faults(page, pdf):
    """Whether every heading of the page and every table's name also stand in the print."""
    done = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True)
    printed = re.sub(r"\W+", "", done.stdout)
    # A print has bookmarks in the place of the list of contents.
    names = re.findall(r'<h2 (?!id="contents-title")[^>]*>(.*?)</h2>', page, re.S)
    names += re.findall(r"<caption>(.*?)</caption>", page, re.S)
    words = [re.sub(r"\W+", "", html.unescape(re.sub(r"<[^>]*>", "", name))) for name in names]
    return [f"not in the print: {word[:60]}" for word in words if word not in printed]


def sheet_faults(page, pdf):
    """How many sheets a first page takes, and whether its first sheet holds what decides."""
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True)
    sheets = int(re.search(r"Pages:\s+(\d+)", done.stdout).group(1))
    faults = [f"the print has {sheets} sheets, more than {MOST_SHEETS}"] if sheets > MOST_SHEETS else []
    if 'class="sheet-end"' not in page:
        return faults
    texts = []
    for number in (1, 2):
        done = subprocess.run(
            ["pdftotext", "-f", str(number), "-l", str(number), str(pdf), "-"],
            capture_output=True, text=True,
        )
        texts.append(re.sub(r"\s+", " ", done.stdout))
    for words in ("Intended use", "May I rely on it?", "Not tested", "medical device"):
        if words not in texts[0]:
            faults.append(f"not on the first sheet: {words}")
    if b"/Outlines" not in pdf.read_bytes():
        faults.append("the print has no bookmarks")
    return faults


def main():
    output, axe_path, *pages = sys.argv[1:]
    axe = Path(axe_path).read_text(encoding="utf-8").replace("</script", "<\\/script")
    script = Path(os.path.dirname(os.path.abspath(__file__)), "layout_checks.js").read_text()
    failed = False
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = [
            (name, pool.submit(check, Path(name), Path(output), axe, script)) for name in pages
        ]
    hung = False
    for name, result in started:
        try:
            faults = result.result()
        except Hung as problem:
            print(f"{name}: not checked: {problem}")
            hung = True
            continue
        failed = failed or bool(faults)
        print(f"{name}: {len(faults)} faults" if faults else f"{name}: no faults")
        for fault in faults[:SHOWN]:
            print(f"  {fault}")
        if len(faults) > SHOWN:
            print(f"  and {len(faults) - SHOWN} more")
    print(f"Screenshots and PDFs are in {output}")
    sys.exit(1 if failed else 2 if hung else 0)


main()
