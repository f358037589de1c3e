"""The Containerfile can be read by a builder: where none is at hand, this is what says so."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTRUCTIONS = {
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}


def instructions(text: str) -> list[tuple[str, str]]:
    """Instructions with what follows them, lines that end in a backslash joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", text, flags=re.M))
    return [(line.split(maxsplit=1) + [""])[:2] for line in joined.splitlines() if line.strip()]


def faults(text: str) -> list[str]:
    found, stages, first = [], set(), True
    for word, rest in instructions(text):
        if word not in INSTRUCTIONS:
            found.append(f"unknown instruction {word}")
        if first and word not in ("FROM", "ARG"):
            found.append("does not begin with FROM")
        first = False
        if word == "FROM":
            stage = re.search(r"\sAS\s+(\S+)$", rest, flags=re.I)
            if stage:
                stages.add(stage.group(1))
        if word in ("COPY", "ADD"):
            source = re.search(r"--from=(\S+)", rest)
            paths = [part for part in rest.split() if not part.startswith("--")][:-1]
            if not paths:
                found.append(f"{word} without a source or a target")
            if source and source.group(1) not in stages:
                found.append(f"no stage {source.group(1)}")
            if not source:
                found += [f"no file {path}" for path in paths if not (ROOT / path).exists()]
        if word == "RUN":
            scripts = re.findall(r"(?:^|\s)(scripts/\S+\.sh)", rest)
            found += [f"no script {name}" for name in scripts if not (ROOT / name).exists()]
        if not rest:
            found.append(f"{word} without a word after it")
    return found


class ContainerfileTests(unittest.TestCase):
    def test_this_one_has_no_fault(self):
        text = (ROOT / "Containerfile").read_text(encoding="utf-8")
        self.assertEqual(faults(text), [])
        # From the same scripts as an installation by hand.
        self.assertIn("scripts/setup.sh && make install PREFIX=", text)
        self.assertIn("scripts/runtime-packages.txt", text)

    def test_what_a_builder_would_refuse_is_found(self):
        for text, fault in [
            ("RNU true\n", "unknown instruction RNU"),
            ("RUN true\n", "does not begin with FROM"),
            ("FROM a\nCOPY nowhere.txt /x\n", "no file nowhere.txt"),
            ("FROM a AS build\nCOPY --from=biuld /x /x\n", "no stage biuld"),
            ("FROM a\nRUN scripts/setpu.sh\n", "no script scripts/setpu.sh"),
            ("FROM a\nCOPY x\n", "COPY without a source or a target"),
        ]:
            self.assertIn(fault, faults(text), text)


if __name__ == "__main__":
    unittest.main()
