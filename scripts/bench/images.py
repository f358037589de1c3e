"""JPEG radiographs for the benchmark, and the time that Pillow takes for them.

    images.py make FOLDER COUNT SIDE      writes COUNT grey JPEG files of SIDE × SIDE pixels
    images.py time FOLDER CORES           prints seconds for decoding all and resizing them to 224 × 224
    images.py version                     prints Pillow's
"""

import multiprocessing
import pathlib
import sys
import time

import PIL
from PIL import Image, ImageFilter


def make(folder: pathlib.Path, count: int, side: int) -> None:
    """Smooth shapes with the grain of a detector, which is what a radiograph costs to decode."""
    for index in range(count):
        shapes = Image.effect_noise((16 + index % 5, 16), 90).resize((side, side), Image.Resampling.BICUBIC)
        grain = Image.effect_noise((side, side), 12).filter(ImageFilter.GaussianBlur(0.7))
        Image.blend(shapes, grain, 0.35).save(folder / f"{index}.jpg", quality=92)


def decode(path: str) -> int:
    with Image.open(path) as image:
        return image.convert("L").resize((224, 224), Image.Resampling.BILINEAR).getpixel((112, 112))


def measure(folder: pathlib.Path, cores: int) -> float:
    """Seconds over all files, processes started and files read beforehand, as a loader has them."""
    paths = sorted(str(path) for path in folder.glob("*.jpg"))
    with multiprocessing.Pool(cores) as pool:
        pool.map(decode, paths[: 2 * cores], chunksize=1)
        start = time.perf_counter()
        pool.map(decode, paths, chunksize=1)
        return time.perf_counter() - start


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder, count, side]:
            make(pathlib.Path(folder), int(count), int(side))
        case ["time", folder, cores]:
            print(measure(pathlib.Path(folder), int(cores)))
        case _:
            print(PIL.__version__)
