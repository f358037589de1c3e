"""A CycloneDX bill of the libraries that the program links or opens, as they are installed here.

usage: sbom.py PROGRAM OUT

Linked libraries come from the program's own list (`ldd`), what is opened at run time from .venv; owners,
versions and licences from dpkg and the wheels' records. Needs cyclonedx-python-lib.
"""

import hashlib
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, Optional

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot5
from packageurl import PackageURL


def linked(program: str) -> Iterator[Path]:
    """The shared libraries that the loader takes for the program."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    for path in re.findall(r"(/\S+)", text):
        yield Path(path).resolve()


def debian_package(path: Path) -> Optional["tuple[str, str]"]:
    """Name and version of the Debian package that owns the file; None where no package does."""
    for name in (str(path), str(path).removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True)
        if found.returncode == 0:
            package = found.stdout.split(": ")[0].split(",")[0]
            shown = subprocess.run(["dpkg-query", "-W", "-f=${Package} ${Version}", package],
                                   capture_output=True, text=True, check=True).stdout
            name, version = shown.split(" ", 1)
            return name, version
    return None


def component(name: str, version: str, kind: str, path: Path) -> Component:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    place = PackageURL(kind, "debian" if kind == "deb" else None, name, version)
    return Component(name=name, version=version, type=ComponentType.LIBRARY, purl=place,
                     bom_ref=f"{place}#{path.name}", description=path.name,
                     hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)])


def main() -> None:
    program, out = sys.argv[1:]
    bom = Bom()
    root = Component(name="audit", type=ComponentType.APPLICATION, bom_ref="audit")
    bom.metadata.component = root
    # What no package owns is Swift's runtime, which comes with the toolchain.
    toolchain = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    swift = (re.findall(r"Swift version (\S+)", toolchain) or [""])[0]
    for path in sorted(set(linked(program))):
        owner = debian_package(path)
        bom.components.add(component(owner[0], owner[1], "deb", path) if owner
                           else component(path.name, swift, "generic", path))
    for site in Path(".venv/lib").glob("python3*/site-packages"):
        for wheel in importlib.metadata.distributions(path=[str(site)]):
            for file in wheel.files or []:
                if re.search(r"/lib[^/]*\.so[^/]*$", str(file)):
                    bom.components.add(
                        component(wheel.metadata["Name"], wheel.version, "pypi", Path(file.locate())))
    bom.register_dependency(root, bom.components)
    Path(out).write_text(JsonV1Dot5(bom).output_as_string(indent=1), encoding="utf-8")
    print(f"{out}: {len(bom.components)} libraries")


if __name__ == "__main__":
    main()
